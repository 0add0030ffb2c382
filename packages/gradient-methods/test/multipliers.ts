import { sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { type DeepLiftOptions, deepLift } from '../src/deep-lift/deep-lift';

/** One row of numbers for each input of a function. */
export type Rows = readonly (readonly number[])[];

/** DeepLIFT's multipliers for the sum of what `f` makes of one row of each input. */
export async function multipliers(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: Rows,
  baselines: Rows,
  options: DeepLiftOptions = {},
): Promise<number[][]> {
  const rows = (values: Rows) => values.map((row) => tensor([...row], [1, row.length]));
  const why = await attribute(f, rows(inputs), {
    method: deepLift({ multiplyByInputs: false, strict: true, ...options }),
    baseline: rows(baselines),
    target: (outputs) => sum(outputs[0] as Tensor, -1), // a function gives one
  });
  const found = await Promise.all(why.values.map(async (values) => [...(await values.data())]));
  why.dispose();
  return found;
}

/** The float32 nearest to each number: what the model is given. */
export const rounded = (values: readonly number[]): number[] => values.map(Math.fround);
