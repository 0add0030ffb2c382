import { sum, type Tensor } from '@tensorflow/tfjs-core';
import { openBackend } from '../backends';
import { type KernelRun, watchKernels } from '../kernels';
import { least } from '../measure';
import { openNetwork } from '../network';
import { digits } from '../table';
import { free, recordForward, walker } from '../tape';

const batch = 4;
const rounds = 7;

/** Where the time of EfficientNet-Lite0 on wasm goes: milliseconds by kernel, forward and backward, of four pictures. */
export async function profile(): Promise<string> {
  await openBackend('wasm');
  const net = await openNetwork();
  const x = net.copies(batch);
  const walk = walker();
  const run = (x: Tensor) => sum(net.graph.execute(x) as Tensor); // the network has one output
  const forward: KernelRun[][] = [];
  const backward: KernelRun[][] = [];
  for (let round = -2; round < rounds; round++) {
    const ahead = await watchKernels(() => recordForward(run, x));
    const behind = await watchKernels(() => walk.back(ahead.result));
    behind.result.dispose();
    free(ahead.result);
    if (round < 0) continue;
    forward.push(ahead.kernels);
    backward.push(behind.kernels);
  }
  walk.dispose();
  x.dispose();
  net.dispose();
  const [ahead, behind] = [fastest(forward), fastest(backward)];
  return [
    byKernel('forward', ahead, ({ kernel }) => kernel),
    byKernel('backward', behind, ({ kernel }) => kernel),
    byKernel('backward, by shapes', behind, ({ kernel, shapes }) => `${kernel} ${shapes}`, 40),
  ].join('\n\n');
}

/** Each call of the sequence in its fastest run: every round makes the same calls. */
function fastest(runs: readonly (readonly KernelRun[])[]): KernelRun[] {
  return (runs[0] ?? []).map((call, i) => ({
    ...call,
    milliseconds: least(runs.map((run) => run[i]?.milliseconds ?? Number.NaN)),
  }));
}

function byKernel(
  title: string,
  calls: readonly KernelRun[],
  nameOf: (call: KernelRun) => string,
  most = Number.POSITIVE_INFINITY,
): string {
  const groups = new Map<string, { count: number; milliseconds: number }>();
  for (const call of calls) {
    const group = groups.get(nameOf(call)) ?? { count: 0, milliseconds: 0 };
    groups.set(nameOf(call), { count: group.count + 1, milliseconds: group.milliseconds + call.milliseconds });
  }
  const total = calls.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const rows = [...groups].sort(([, a], [, b]) => b.milliseconds - a.milliseconds).slice(0, most);
  return [
    `| ${title} | calls | ms | share |`,
    '| --- | --- | --- | --- |',
    `| all | ${calls.length} | ${digits(total)} | 100 % |`,
    ...rows.map(
      ([name, { count, milliseconds }]) =>
        `| ${name} | ${count} | ${digits(milliseconds)} | ${Math.round((100 * milliseconds) / total)} % |`,
    ),
  ].join('\n');
}
