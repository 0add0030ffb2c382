import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { attribute, type ModelLike } from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { seeded } from '../../src/seeded';
import type { Line } from './bundle';

type Run = (x: Tensor) => Tensor | Promise<Tensor>;

/** Writes a line: the gradient of a model's second output column, and central differences of what it answers by itself. */
export async function compare(name: string, model: ModelLike, run: Run, shape: number[]): Promise<void> {
  const x = seeded(1, shape);
  const step = 1e-2;
  let line: Line;
  try {
    const why = await attribute(model, x, { method: gradient(), target: 1 });
    const differences: number[] = [];
    for (const [i, value] of (await x.data()).entries()) {
      const at = async (moved: number) => {
        const values = Float32Array.from(await x.data());
        values[i] = moved;
        const [, second] = await (await run(tensor(values, shape))).data();
        return second ?? Number.NaN;
      };
      differences.push(((await at(value + step)) - (await at(value - step))) / (2 * step));
    }
    line = { name, gradient: [...(await why.values.data())], differences };
  } catch (error) {
    const { code, message } = error as Error & { code?: string }; // nothing else is thrown here
    line = { name, error: { message, ...(code !== undefined && { code }) } };
  }
  console.log(JSON.stringify(line));
}
