import { keep, mul, neg, type Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { openBackend } from '../backends';
import { alternate, least, median, processorTime, timed } from '../measure';
import { digits, type Measurement } from '../table';
import { free, type Recording, recordForward, walker } from '../tape';

/** Operations in a chain. */
const length = 1000;

/** What the tape costs an operation: a chain of many on four numbers, next to the same chain without it. */
export async function overhead(): Promise<Measurement[]> {
  const lines: Measurement[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await openBackend(backend);
    const constant = keep(tensor1d([1, 1.5, 0.5, 1]));
    const x = keep(tensor1d([1, 2, 3, 4]));
    // The gradient of each is one operation of its kind: what walking back costs beside it is bookkeeping.
    lines.push(await measureChain(`neg, ${backend}`, (x) => neg(x), x));
    lines.push(await measureChain(`mul by a constant, ${backend}`, (x) => mul(x, constant), x));
    x.dispose();
    constant.dispose();
  }
  return lines;
}

async function measureChain(name: string, operation: (x: Tensor) => Tensor, x: Tensor): Promise<Measurement> {
  const chain = (x: Tensor) => Array.from({ length }).reduce<Tensor>((y) => operation(y), x);
  const walk = walker();
  const walkBack = (recording: Recording) => {
    walk.back(recording).dispose();
    free(recording);
  };
  const plain = () => timed(() => tidy(() => chain(x)).dispose(), processorTime);
  const recorded = async () => {
    const start = processorTime();
    const recording = await recordForward(chain, x);
    const milliseconds = processorTime() - start;
    free(recording);
    return milliseconds;
  };
  const walked = async () => {
    const recording = await recordForward(chain, x);
    return timed(() => walkBack(recording), processorTime);
  };
  // Until the engine has compiled what runs often: a call on a model runs these steps ten thousands of times.
  const effort = { atMost: 100, warmUp: 40 };
  const [bare = [], forward = [], backward = []] = await alternate([plain, recorded, walked], effort);
  walk.dispose();
  const perOperation = (milliseconds: number) => (milliseconds / length) * 1000;
  const beyond = (runs: readonly number[]) => runs.map((run) => perOperation(run - least(bare)));
  const middle = (runs: readonly number[]) => digits(median(runs));
  const [recording, walking] = [beyond(forward), beyond(backward)];
  return {
    section: 'overhead',
    what: `one operation more on the tape: ${name}`,
    unit: 'µs',
    ours: recording.map((time, i) => time + (walking[i] ?? Number.NaN)),
    bar: 10,
    goal: 5,
    note: `recording ${middle(recording)}, walking back ${middle(walking)}; the operation itself ${middle(bare.map(perOperation))}; processor time`,
  };
}
