import { drawSheet, encodePng, original } from '@vitrum/visualization';
import { draw, limitOf, shownOf } from './pictures';
import { type State, targetOf } from './state';
import { tell, titleOf } from './words';

/** Gives the person a file with what the page shows. */
export async function download(kind: 'png' | 'html', state: State): Promise<void> {
  const name = `why-${labelOf(state).replace(/\W+/g, '-')}`;
  offer(new Blob([png(state)], { type: 'image/png' }), `${name}.${kind}`);
}

const labelOf = (state: State): string => {
  const target = targetOf(state);
  return state.photo?.predictions.find(({ index }) => index === target)?.label ?? `class ${target}`;
};

function png(state: State): Uint8Array<ArrayBuffer> {
  const { photo, display, catalogue } = state;
  if (!photo) throw new Error('There is no photograph.');
  const answers = shownOf(state).flatMap((answer) => answer ?? []);
  const drawings = answers.map((answer) => ({
    ...draw(answer, photo.photograph, display, limitOf(answer, answers, display)),
    title: titleOf(answer.how.method, catalogue),
    caption: tell(answer, catalogue),
  }));
  const sheet = drawSheet([original(photo.photograph), ...drawings], {
    title: `Why “${labelOf(state)}”?`,
    subtitle: `${photo.name}, as EfficientNet-Lite0 sees it. Explained by Vitrum.`,
    panelWidth: 336,
  });
  return Uint8Array.from(encodePng(sheet));
}

function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
