import { eye, reshape, sub, type Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';

/** A part of a network: a linear map with an offset, or one function for every element. Both map [rows, …] to [rows, …]. */
export type Stage = (
  | { readonly kind: 'linear' }
  | { readonly kind: 'pointwise'; readonly f: (x: number) => number; readonly slope: (x: number) => number }
) & { readonly run: (x: Tensor) => Tensor };

/** The network as a model. */
export const compose =
  (stages: readonly Stage[]) =>
  (x: Tensor): Tensor =>
    tidy(() => stages.reduce((values, { run }) => run(values), x));

/** What a rule sees at one element: signal behind, and the element in front and behind, on the input and the reference. */
export interface Element {
  readonly signal: number;
  readonly slope: number;
  readonly x: number;
  readonly y: number;
  readonly x0: number;
  readonly y0: number;
}

/**
 * Walks one row back through a network as matrix algebra on plain arrays: a linear stage by its Jacobian, found by
 * running it on unit vectors, any other by `rule`, an element at a time.
 */
export async function slowBackward(
  stages: readonly Stage[],
  shape: readonly number[],
  input: { readonly x: Float32Array; readonly reference: Float32Array; readonly target: number },
  rule: (element: Element, stage: number) => number,
): Promise<number[]> {
  const seen = [{ shape, x: [...input.x], x0: [...input.reference] }];
  for (const { run } of stages) {
    const { shape, x, x0 } = seen.at(-1) ?? { shape: [], x: [], x0: [] };
    const both = tidy(() => run(tensor([...x, ...x0], [2, ...shape])));
    const values = [...(await both.data())];
    const half = values.length / 2;
    seen.push({ shape: both.shape.slice(1), x: values.slice(0, half), x0: values.slice(half) });
    both.dispose();
  }
  let signal: number[] = (seen.at(-1)?.x ?? []).map((_, i) => (i === input.target ? 1 : 0));
  for (const [i, stage] of [...stages.entries()].reverse()) {
    const front = seen[i];
    const behind = seen[i + 1];
    if (!front || !behind) throw new Error('a stage was not run');
    if (stage.kind === 'pointwise') {
      signal = signal.map((s, e) => {
        const [x = 0, y = 0, x0 = 0, y0 = 0] = [front.x[e], behind.x[e], front.x0[e], behind.x0[e]];
        return rule({ signal: s, slope: stage.slope(x), x, y, x0, y0 }, i);
      });
    } else {
      const jacobian = await jacobianOf(stage, front.shape);
      signal = front.x.map((_, e) => signal.reduce((sum, s, o) => sum + s * (jacobian[e]?.[o] ?? 0), 0));
    }
  }
  return signal;
}

/** ∂output/∂input of a linear stage: a row for each input. */
async function jacobianOf({ run }: Stage, shape: readonly number[]): Promise<number[][]> {
  const size = shape.reduce((product, n) => product * n, 1);
  const columns = tidy(() => {
    const units = run(reshape(eye(size), [size, ...shape]));
    return sub(units, run(zeros([1, ...shape])));
  });
  const values = await columns.data();
  columns.dispose();
  const outputs = values.length / size;
  return Array.from({ length: size }, (_, i) => [...values.subarray(i * outputs, (i + 1) * outputs)]);
}
