import { grad, slice, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { attribute, prepare } from '@vitrum/core';
import { gradient as gradientMethod } from '@vitrum/gradient-methods';
import { openBackend } from '../backends';
import { watchKernels } from '../kernels';
import { alternate, processorTime, timed } from '../measure';
import type { Line } from '../table';
import { type SmallModel, smallModels } from './models';

/** A whole call of `attribute` next to `tf.grad` of the same score. Where `tf.grad` throws, the line says so. */
export async function gradient(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const backend of ['cpu', 'wasm', 'node'] as const) {
    const missing = await openBackend(backend);
    if (missing !== undefined) {
      lines.push({ section: 'gradient', what: `small models, ${backend}`, absent: missing });
      continue;
    }
    for (const [name, make] of Object.entries(smallModels)) {
      const small = make();
      lines.push(await compare(`${name}, ${backend}`, small));
      small.dispose();
    }
  }
  return lines;
}

async function compare(what: string, { run, x }: SmallModel): Promise<Line> {
  const section = 'gradient';
  const model = await prepare((x: Tensor) => run(x));
  const ours = async () => {
    const why = await attribute(model, x, { method: gradientMethod(), target: 0, batchSize: x.shape[0] ?? 1 });
    await why.values.data();
    why.dispose();
  };
  const score = (x: Tensor) => sum(slice(run(x), [0, 0], [-1, 1]));
  const theirs = async () => {
    const found = tidy(() => grad(score)(x));
    await found.data();
    found.dispose();
  };
  const refusal = await reasonNotTo(theirs);
  const effort = { atMost: 200, warmUp: 3, milliseconds: 1500 };
  const sides = [ours, ...(refusal === undefined ? [theirs] : [])].map((side) => () => timed(side, processorTime));
  const [own = [], other] = await alternate(sides, effort);
  const count = async (side: () => Promise<void>) => (await watchKernels(side)).kernels.length;
  const kernels = await count(ours);
  const note = other
    ? `kernels: ${kernels} against ${await count(theirs)}`
    : `kernels: ${kernels}; tf.grad throws: ${refusal}`;
  model.dispose();
  return {
    section,
    what,
    ours: own,
    ...(other && { against: { name: 'tf.grad', runs: other }, bar: 1, goal: 0.5 }),
    note,
  };
}

/** Why `run` throws, in its own words; `undefined` if it does not. */
async function reasonNotTo(run: () => Promise<void>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}
