import type { Drawing } from './drawing';
import type { Photograph, Picture } from './picture';
import { formatNumber } from './sheet/number-format';

/** The photograph as it is, with what black and white stand for where `pictureFromTensor` found that out itself. */
export function original(photograph: Picture | Photograph): Drawing {
  const range = 'range' in photograph ? photograph.range : undefined;
  const { width, height } = photograph;
  const meaning = range && `black is ${written(range.black)}, white ${written(range.white)}`;
  const unusual = range?.found && !(range.black === 0 && (range.white === 1 || range.white === 255));
  return {
    picture: photograph,
    title: 'Original',
    caption: 'what the model sees',
    notes: unusual ? [`${meaning}, as found`] : [],
    alt: `The input as a picture, ${width} × ${height} pixels.${meaning ? ` In its values ${meaning}.` : ''}`,
  };
}

const written = (value: number): string =>
  Number.isInteger(value) ? `${value}`.replace('-', '−') : formatNumber(value);
