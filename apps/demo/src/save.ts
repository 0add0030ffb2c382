import { original, sheet, toPng } from '@vitrum/visualization';
import { htmlReport, type ReportedExplanation } from '@vitrum/visualization/report';
import type { Catalogue } from './card';
import { answersOf, draw, limitOf } from './pictures';
import { type Answer, grounds, type Look } from './question';
import { type State, targetOf } from './state';
import { detailOf, inWords, legend, tell, titleOf } from './words';

/** Gives the person a file of what the page has found: a picture as it is drawn, or a report that needs no other file. */
export function download(kind: 'png' | 'html', state: State): void {
  const { photo, catalogue } = state;
  if (!photo || !catalogue) return; // the buttons are there once both are
  const label = labelOf(photo, targetOf(state));
  const blob =
    kind === 'png'
      ? new Blob([Uint8Array.from(picture(state, photo, catalogue))], { type: 'image/png' })
      : new Blob([report(state, photo, catalogue)], { type: 'text/html' });
  offer(blob, `why-${label.replace(/\W+/g, '-')}.${kind}`);
}

type Photo = Look & { readonly name: string };

const labelOf = ({ predictions }: Look, target: number | undefined): string =>
  predictions.find(({ index }) => index === target)?.label ?? `class ${target}`;

/** The photograph and its maps on one sheet, each with its method, its worth in words and its scale. */
function picture(state: State, photo: Photo, catalogue: Catalogue): Uint8Array {
  const { display } = state;
  const answers = answersOf(state);
  const drawings = answers.map((answer) => ({
    ...draw(answer, photo.photograph, display, limitOf(answer, answers, display)),
    title: titleOf(answer.how.method, catalogue),
    caption: tell(answer, catalogue),
  }));
  const figure = sheet([{ ...original(photo.photograph), title: photo.name }, ...drawings], {
    title: `Why “${labelOf(photo, targetOf(state))}”?`,
    subtitle: legend(display),
    footer: `EfficientNet-Lite0, explained by Vitrum. ${detailOf(display)}`.trim(),
    panelWidth: 448, // twice the pixels
  });
  return toPng(figure);
}

/** All numbers behind the maps, with what was asked and what holds. */
const report = (state: State, photo: Photo, catalogue: Catalogue): string =>
  htmlReport({
    photograph: photo.photograph,
    name: photo.name,
    model: 'EfficientNet-Lite0',
    predictions: photo.predictions,
    explanations: answersOf(state).map((answer) => explanation(answer, photo, catalogue)),
    settings: { backend: 'WebAssembly, in a browser' },
  });

function explanation(answer: Answer, photo: Look, { methods }: Catalogue): ReportedExplanation {
  const { how, target, map, score, delta, baselineScore, notes, cost } = answer;
  const card = methods.find(({ name }) => name === how.method);
  const options = Object.entries(card?.options ?? {}).map(([name, option]) => {
    const value = how.options[name] ?? ('default' in option ? option.default : '');
    return [inWords(name), [value].flat().join(' × ')];
  });
  const against = { one: grounds[how.ground], several: 'black, grey and white', none: undefined }[
    card?.against ?? 'none'
  ];
  return {
    title: card?.title ?? how.method,
    ...(card && { summary: card.summary }),
    ...(card?.paper !== undefined && { paper: card.paper }),
    target: labelOf(photo, target),
    index: target,
    map,
    score,
    ...(delta !== undefined && { completeness: { delta, ...(baselineScore !== undefined && { baselineScore }) } }),
    parameters: {
      where: how.place ?? 'the pixels',
      ...(against !== undefined && { against }),
      ...Object.fromEntries(options),
    },
    seconds: cost.milliseconds / 1000,
    rows: cost.forward,
    notes,
  };
}

function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
