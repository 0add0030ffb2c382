import { AttributionError } from '@vitrum/core';
import { type AttributionLike, onlyTensor } from '../attribution-map';
import type { Json } from '../figure';
import { written } from '../options';
import { shortest } from '../sheet/drawing-data';
import { alikeFormat, formatNumber } from '../sheet/number-format';
import { assertExample, isTensorLike, type TensorLike } from '../tensor';
import { measureText, type TextStyle } from '../text/text';
import type { Feature } from './types';

export interface FeaturesOptions {
  /** Which example of a batch. @defaultValue 0 */
  example?: number;
  /** What stood in the columns: a tensor of the attribution's shape, or the values as a reader knows them. */
  data?: TensorLike | readonly (number | string)[];
}

/**
 * The columns of one example of a table.
 * @param attribution an attribution with one tensor, or that tensor: [features] or [examples, features]. Borrowed.
 * @param names of all features
 * @throws AttributionError 'inputs' for another shape, or names or data that are not as many; 'option' for another example
 */
export async function features(
  attribution: AttributionLike | TensorLike,
  names: readonly string[],
  { example = 0, data }: FeaturesOptions = {},
): Promise<Feature[]> {
  const tensor = isTensorLike(attribution) ? attribution : onlyTensor(attribution.values);
  const count = tensor.shape.at(-1) ?? 0;
  const examples = tensor.shape.length > 1 ? (tensor.shape[0] ?? 0) : 1;
  if (tensor.shape.length > 2 || count !== names.length)
    throw new AttributionError('inputs', {
      got: `an attribution of shape [${tensor.shape}] and ${names.length} names`,
      expected: '[features] or [examples, features], and a name for each feature',
      fix: 'Pass the names of all columns in their order.',
    });
  assertExample(example, examples, tensor.shape);
  const given = data && (isTensorLike(data) ? data.shape : [data.length]);
  if (given && `${given}` !== `${data && isTensorLike(data) ? tensor.shape : [count]}`)
    throw new AttributionError('inputs', {
      got: `data of shape [${given}] for an attribution of shape [${tensor.shape}]`,
      expected: 'a tensor of the same shape, or a value for each feature of the example',
      fix: 'Pass what the model was given, or leave `data` out.',
    });
  const attributions = await tensor.data();
  const values = data && isTensorLike(data) ? await data.data() : data;
  const start = data && isTensorLike(data) ? example * count : 0;
  return names.map((name, index): Feature => {
    const value = values?.[start + index];
    const attribution = Number(attributions[example * count + index]);
    return { name, attribution, ...(value !== undefined && { value }) };
  });
}

/** The strongest features in order of size, and what the others sum up to. */
export interface Ranked {
  readonly shown: readonly Feature[];
  readonly others: { readonly count: number; readonly sum: number };
}

/** @throws AttributionError 'inputs' for no feature, 'not-finite' for NaN and infinities, 'option' for a top that is none */
export function ranked(all: readonly Feature[], top: number): Ranked {
  const broken = all.find(({ attribution }) => !Number.isFinite(attribution));
  if (broken)
    throw new AttributionError('not-finite', {
      got: `${broken.attribution} for ${broken.name}`,
      expected: 'finite attributions',
      fix: 'Look for a division by zero or an overflow in the model or the method.',
    });
  if (all.length === 0)
    throw new AttributionError('inputs', {
      got: 'no feature',
      expected: 'one at least',
      fix: 'Pass `[{ name, attribution }]`, or what `features` reads.',
    });
  if (!(top >= 1 && (Number.isInteger(top) || top === Infinity)))
    throw new AttributionError('option', {
      got: `top ${written(top)}`,
      expected: 'a whole number from 1 on',
      fix: 'Leave it out for 10; Infinity shows all.',
    });
  const sorted = [...all].sort((a, b) => Math.abs(b.attribution) - Math.abs(a.attribution));
  // One other alone is shown by its name: its row is there anyway.
  const shown = all.length <= top + 1 ? sorted : sorted.slice(0, top);
  const rest = sorted.slice(shown.length);
  return { shown, others: { count: rest.length, sum: rest.reduce((sum, { attribution }) => sum + attribution, 0) } };
}

/** The name of a feature with its value, both cut where they are wider than `width` pixels. */
export function labelOf({ name, value }: Feature, style: TextStyle, width: number): string {
  const shown = typeof value === 'number' ? formatValue(value) : value;
  const after = shown === undefined ? '' : ` = ${shown}`;
  if (measureText(name + after, style) <= width) return name + after;
  // A long value must not push out the name: it has half of the room at most.
  const end = after && cut(after, style, Math.max(width / 2, width - measureText(name, style)));
  return cut(name, style, width - measureText(end, style)) + end;
}

/** Text no wider than `width` pixels, with … for what is left out; a character at least. */
function cut(text: string, style: TextStyle, width: number): string {
  if (measureText(text, style) <= width) return text;
  const kept = Array.from(text);
  while (kept.length > 1 && measureText(`${kept.join('')}…`, style) > width) kept.pop();
  return `${kept.join('').trimEnd()}…`;
}

/** Four significant digits, none invented: 17.99, 1001, 0.1184. */
const formatValue = (value: number): string =>
  Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? formatNumber(value)
    : `${Number(value.toPrecision(4))}`.replace('-', '−');

/** What stands at bars: always with the sign, and with as many digits as the longest of them needs. */
export function signedFormat(span: number): (value: number) => string {
  const format = alikeFormat(span);
  return (value) => (value > 0 ? `+${format(value)}` : format(value));
}

export const featureData = ({ name, value, attribution }: Feature): Json => ({
  name: name,
  value: typeof value === 'number' ? shortest(value) : (value ?? null),
  attribution: shortest(attribution),
});
