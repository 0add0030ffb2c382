import { wrong } from '../errors';
import { didYouMean } from '../registry';

/** What becomes of the 8 bits of a pixel's red, green and blue: (value − mean) / deviation, in the order that the model wants. */
export interface Scale {
  readonly name: string;
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
  /** Blue first. */
  readonly reversed?: boolean;
}

const same = (value: number) => [value, value, value] as const;

const scales: readonly Scale[] = [
  { name: '0..1', mean: same(0), deviation: same(255) },
  { name: '-1..1', mean: same(127.5), deviation: same(127.5) },
  { name: '0..255', mean: same(0), deviation: same(1) },
  { name: 'imagenet', mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375] },
  { name: 'caffe', mean: [123.68, 116.779, 103.939], deviation: same(1), reversed: true },
];

export const scaleNames: readonly string[] = scales.map(({ name }) => name);

/** The scale of a name, or `mean:deviation` in units of 0 to 255. @throws AttributionError `option` */
export function scaleOf(text: string): Scale {
  const known = scales.find(({ name }) => name === text);
  if (known) return known;
  const [mean, deviation] = text.split(':').map(Number);
  if (text.split(':').length === 2 && Number.isFinite(mean) && Number(deviation) > 0)
    return { name: text, mean: same(mean ?? 0), deviation: same(deviation ?? 1) };
  throw wrong(
    'option',
    `--scale "${text}"`,
    `one of ${scaleNames.join(', ')}, or mean:deviation, such as 127:128`,
    didYouMean(text, scaleNames, 'Leave it out to have it guessed.'),
  );
}

/** A colour of 8 bits a channel as the model's input, for one or three channels. */
export function scaled({ mean, deviation, reversed }: Scale, [r, g, b]: readonly number[], channels: number): number[] {
  const values = [r, g, b].map((value = 0, i) => (value - (mean[i] ?? 0)) / (deviation[i] ?? 1));
  if (channels === 1) return [values.reduce((sum, value) => sum + value, 0) / 3];
  return reversed ? values.reverse() : values;
}

/** The range of a channel's inputs, from black to white. */
export const rangeOf = (scale: Scale): number => {
  const [black, white] = [scaled(scale, [0, 0, 0], 3), scaled(scale, [255, 255, 255], 3)];
  return Math.max(...white.map((value, i) => value - (black[i] ?? 0)));
};
