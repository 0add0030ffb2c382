import { original, type PaintedFigure, sheet, toPng } from '@vitrum/visualization';
import { toHtml } from '@vitrum/visualization/html';
import { draw, limitOf, shownOf } from './pictures';
import { type State, targetOf } from './state';
import { detailOf, legend, tell, titleOf } from './words';

/** Gives the person a file with what the page shows: a picture, or a page that needs no other file. */
export function download(kind: 'png' | 'html', state: State): void {
  const figure = figureOf(state);
  const blob =
    kind === 'png'
      ? new Blob([Uint8Array.from(toPng(figure))], { type: 'image/png' })
      : new Blob([toHtml(figure)], { type: 'text/html' });
  offer(blob, `why-${labelOf(state).replace(/\W+/g, '-')}.${kind}`);
}

const labelOf = (state: State): string => {
  const target = targetOf(state);
  return state.photo?.predictions.find(({ index }) => index === target)?.label ?? `class ${target}`;
};

/** The photograph and its maps on one sheet, each with its method, its worth in words and its scale. */
function figureOf(state: State): PaintedFigure {
  const { photo, display, catalogue } = state;
  if (!photo) throw new Error('There is no photograph.');
  const answers = shownOf(state).flatMap((answer) => answer ?? []);
  const drawings = answers.map((answer) => ({
    ...draw(answer, photo.photograph, display, limitOf(answer, answers, display)),
    title: titleOf(answer.how.method, catalogue),
    caption: tell(answer, catalogue),
  }));
  return sheet([{ ...original(photo.photograph), title: photo.name }, ...drawings], {
    title: `Why “${labelOf(state)}”?`,
    subtitle: legend(display),
    footer: `EfficientNet-Lite0, explained by Vitrum. ${detailOf(display)}`.trim(),
    panelWidth: 336,
  });
}

function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
