import { add, mul, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import {
  AttributionError,
  type AttributionMethod,
  type MethodResult,
  type Probe,
  type Random,
  type RowMap,
  type Traits,
} from '@vitrum/core';
import { type Moments, moments, type Sampled } from './moments';

export interface NoiseOptions {
  /** Noisy copies of every example. @defaultValue 5 */
  readonly samples?: number;
  /** Standard deviation of the noise at the inputs, in their units: a number, or one for each input. @defaultValue 1 */
  readonly noise?: number | readonly number[];
}

/** What a method over noisy copies gives: a statistic of the samples of every element, and its standard error. */
export interface Statistic {
  readonly value: (samples: Sampled) => number;
  readonly standardError: (samples: Sampled) => number;
  /** The highest moment it looks at. @defaultValue 2 */
  readonly highest?: 2 | 4;
  /** What is done to every sample before. @defaultValue nothing */
  readonly of?: (values: Tensor) => Tensor;
}

/** A method as it stands, but for what noise takes from it. */
export const noisyTraits = ({ name: _, attribute: __, ...traits }: AttributionMethod): Traits => ({
  ...traits,
  deterministic: false,
  complete: false,
});

/**
 * A statistic of a method's values over copies of the inputs with Gaussian noise. Target and baseline stay those of the
 * clean inputs. One batch of copies is held at a time.
 */
export function overNoise(
  { attribute }: AttributionMethod,
  { samples = 5, noise = 1 }: NoiseOptions,
  { value, standardError, highest = 2, of = (values) => values }: Statistic,
): (probe: Probe) => Promise<MethodResult> {
  checkSamples(samples);
  return async (probe) => {
    const deviations = deviationsOf(noise, probe);
    const notes = new Set<string>();
    const sampled: Moments = moments(probe.examples, highest);
    const copies = probe.expand(samples, (rows, random) => ({
      inputs: probe.inputs.map((input, t) => noisy(rows.take(input), rows, t, deviations[t] ?? 0, random)),
    }));
    for await (const copy of copies) {
      const result = await attribute(copy);
      for (const note of result.notes ?? []) notes.add(note);
      const values = tidy(() => result.values.map((tensor) => of(tensor)));
      try {
        await sampled.add(values, copy.parent);
      } finally {
        for (const tensor of new Set([...values, ...result.values, ...(result.standardError ?? [])])) tensor.dispose();
      }
    }
    return {
      values: sampled.of(value),
      // One sample says nothing about its spread.
      ...(samples > 1 && { standardError: sampled.of(standardError) }),
      notes: [...notes],
    };
  };
}

/** Rows plus noise; each row's is drawn by its example, sample and tensor. */
export function noisy(input: Tensor, rows: RowMap, t: number, deviation: number, random: Random): Tensor {
  if (deviation === 0) return input;
  const [count = 1] = input.shape;
  const size = input.size / count;
  const drawn = new Float32Array(input.size);
  rows.example.forEach((example, row) => {
    drawn.set(random.normal({ example, sample: rows.point[row] ?? 0, tensor: t }, size), row * size);
  });
  return add(input, mul(tensor(drawn, input.shape), deviation));
}

/** A standard deviation for each input. @throws AttributionError `option`, `inputs` if there would be noise on integers */
export function deviationsOf(noise: number | readonly number[], { inputs }: Probe): readonly number[] {
  const each = typeof noise === 'number' ? inputs.map(() => noise) : noise;
  if (each.length !== inputs.length || !each.every((deviation) => deviation >= 0 && Number.isFinite(deviation))) {
    throw new AttributionError('option', {
      got: `noise ${typeof noise === 'number' ? noise : `[${noise.join(', ')}]`}`,
      expected: `a standard deviation of at least 0, or a list of ${inputs.length}, one for each input`,
      fix: 'Give it in the units of the input.',
    });
  }
  const wrong = inputs.findIndex(({ dtype }, t) => dtype !== 'float32' && each[t] !== 0);
  if (wrong < 0) return each;
  throw new AttributionError('inputs', {
    got: `noise on input ${wrong} of type ${inputs[wrong]?.dtype}`,
    expected: 'float32, as noise makes small changes',
    fix: 'Give a list with 0 for it.',
  });
}

export function checkSamples(samples: number): void {
  if (Number.isInteger(samples) && samples > 0) return;
  throw new AttributionError('option', {
    got: `samples ${samples}`,
    expected: 'a positive whole number',
    fix: 'Leave it out for 5.',
  });
}
