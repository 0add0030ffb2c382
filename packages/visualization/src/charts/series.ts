import { AttributionError } from '@vitrum/core';
import { type AttributionLike, onlyTensor } from '../attribution-map';
import { assertExample, isTensorLike, type TensorLike } from '../tensor';
import type { Channel, Series } from './types';

export interface TimeSeriesOptions {
  /** Which example of a batch. @defaultValue 0 */
  example?: number;
  /** Whether a tensor is [steps, channels] and not [channels, steps]. @defaultValue true */
  channelsLast?: boolean;
  /** The names of the channels. @defaultValue 'channel 1', 'channel 2', … */
  labels?: readonly string[];
  /** When each step was. @defaultValue 0, 1, 2, … */
  x?: ArrayLike<number>;
}

/**
 * Reads a series and its attribution.
 * @param attribution an attribution with one tensor, or that tensor: [steps, channels] or [examples, steps, channels]. Borrowed.
 * @param data what the model was given, of the same shape. Borrowed.
 * @throws AttributionError 'inputs' for another shape, or if the shapes differ; 'option' for labels that are not as many
 */
export async function timeSeries(
  attribution: AttributionLike | TensorLike,
  data: TensorLike,
  options: TimeSeriesOptions = {},
): Promise<Series> {
  const { example = 0, channelsLast = true, labels, x } = options;
  const tensor = isTensorLike(attribution) ? attribution : onlyTensor(attribution.values);
  if (`${tensor.shape}` !== `${data.shape}` || tensor.shape.length < 2 || tensor.shape.length > 3)
    throw new AttributionError('inputs', {
      got: `an attribution of shape [${tensor.shape}] for data of shape [${data.shape}]`,
      expected: 'both [steps, channels] or [examples, steps, channels]',
      fix: 'Pass the tensor that was given to the model, and its attribution.',
    });
  const [rows = 0, columns = 0] = data.shape.slice(-2);
  const examples = data.shape.length > 2 ? (data.shape[0] ?? 0) : 1;
  assertExample(example, examples, data.shape);
  const [steps, count] = channelsLast ? [rows, columns] : [columns, rows];
  if (labels && labels.length !== count)
    throw new AttributionError('option', {
      got: `${labels.length} labels for data of shape [${data.shape}]`,
      expected: `one for each of ${count} channels`,
      fix: `Pass all names, or \`channelsLast: ${!channelsLast}\` if the channels are the other dimension.`,
    });
  const [values, attributions] = [await data.data(), await tensor.data()];
  const start = example * steps * count;
  const take = (source: ArrayLike<number> | string[], channel: number): number[] =>
    Array.from({ length: steps }, (_, step) =>
      Number(source[start + (channelsLast ? step * count + channel : channel * steps + step)]),
    );
  const channels = Array.from(
    { length: count },
    (_, channel): Channel => ({
      label: labels?.[channel] ?? `channel ${channel + 1}`,
      values: take(values, channel),
      attributions: take(attributions, channel),
    }),
  );
  return { channels, ...(x && { x }) };
}

/** One step of one channel, drawn from half-way to the step before until half-way to the next. */
export interface Step {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
  readonly attribution: number;
}

/** The steps of a channel; lengths that differ, times that do not grow and numbers that are not finite are errors. */
export function stepsOf({ x, channels }: Series, { label, values, attributions }: Channel): readonly Step[] {
  const times = x ?? Array.from(values, (_, index) => index);
  const length = channels[0]?.values.length ?? 0;
  if (length < 2 || values.length !== length || attributions.length !== length || times.length !== length)
    throw new AttributionError('inputs', {
      got: `${values.length} values, ${attributions.length} attributions and ${times.length} times of ${label}`,
      expected: `as many of each, 2 at least, and the same in every channel`,
      fix: 'Pass channels of one length.',
    });
  return Array.from(values, (value, index): Step => {
    const [at = 0, attribution = 0] = [times[index], attributions[index]];
    const before = times[index - 1] ?? 2 * at - (times[index + 1] ?? at);
    const after = times[index + 1] ?? 2 * at - (times[index - 1] ?? at);
    if (!(before < at && at < after) || !Number.isFinite(value) || !Number.isFinite(attribution))
      throw new AttributionError('inputs', {
        got: `value ${value}, attribution ${attribution}, time ${at} after ${before} at step ${index} of ${label}`,
        expected: 'finite numbers, and times that grow',
        fix: 'Leave out steps that are missing, and sort by time.',
      });
    return { x: at, from: (before + at) / 2, to: (at + after) / 2, value, attribution };
  });
}
