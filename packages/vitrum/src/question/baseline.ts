import { concat, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, type Baseline, blurred, distribution, uniform } from '@vitrum/core';
import { wrong } from '../errors';
import type { Network } from '../network/network';
import { scaled } from '../network/scale';
import { didYouMean } from '../registry';

/** A baseline, what to call it, and the tensors to dispose after it. */
export interface AskedBaseline {
  readonly baseline: Baseline;
  readonly title: string;
  readonly tensors: readonly Tensor[];
}

const greys = { black: 0, grey: 127, white: 255 } as const;
type Grey = keyof typeof greys;
const isGrey = (text: string): text is Grey => Object.hasOwn(greys, text);

/**
 * What a method compares with: `black`, `grey`, `white`, a number in the units of the input, `blurred:8` (a standard
 * deviation in pixels) or `uniform:-1:1`. Methods that compare with many take colours between commas, all three if nothing
 * is said; the others grey.
 * @throws AttributionError `baseline`
 */
export function askedBaseline(text: string | undefined, method: AttributionMethod, network: Network): AskedBaseline {
  const rows: Tensor[] = [];
  const colour = (name: Grey) => {
    const { height, width, channels } = network.size;
    const values = scaled(network.scale, [greys[name], greys[name], greys[name]], channels);
    const row = tensor(
      Float32Array.from({ length: height * width * channels }, (_, i) => values[i % channels] ?? 0),
      [1, height, width, channels],
    );
    rows.push(row);
    return row;
  };
  if (method.distribution) {
    const names = text?.split(',') ?? Object.keys(greys);
    const colours = names.map((name) => {
      if (isGrey(name)) return name;
      throw wrong(
        'baseline',
        `--baseline "${text}" for ${method.name}`,
        `colours between commas, of ${Object.keys(greys).join(', ')}`,
        'It compares with several.',
      );
    });
    const all = concat(colours.map(colour), 0);
    return { baseline: distribution(all), title: colours.join(', '), tensors: [...rows, all] };
  }
  const asked = text ?? 'grey';
  if (isGrey(asked)) return { baseline: colour(asked), title: asked, tensors: rows };
  const number = Number(asked);
  if (asked.trim() !== '' && Number.isFinite(number)) return { baseline: number, title: asked, tensors: rows };
  const [kind = '', ...numbers] = asked.split(':');
  const [low = 8, high = Number.NaN] = numbers.map(Number);
  if (kind === 'blurred' && numbers.length < 2 && low > 0)
    return { baseline: blurred({ sigma: low }), title: `the photograph, blurred (σ ${low} pixels)`, tensors: rows };
  if (kind === 'uniform' && numbers.length === 2 && low < high)
    return { baseline: uniform(low, high), title: `noise from ${low} to ${high}`, tensors: rows };
  const words = [...Object.keys(greys), 'blurred:8', 'uniform:-1:1'];
  throw wrong(
    'baseline',
    `--baseline "${asked}"`,
    `a number or ${words.join(', ')}`,
    didYouMean(asked, words, 'Leave it out for grey.'),
  );
}
