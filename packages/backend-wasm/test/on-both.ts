import { engine, getKernel, type NamedAttrMap, setBackend, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { GradientTable, TapeNode } from '@vitrum/core';
import { gradients } from '@vitrum/core/gradients';
import { expect } from 'vitest';
import { wasmGradients } from '../src/gradients';

/** One call of a kernel: its inputs by name, each a shape or a tensor's values and shape. */
export interface Operation {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attrs: object;
  /** The inputs whose gradient is compared. */
  readonly wanted?: readonly string[];
}

/** Reproducible values around 0, other ones for every `seed`. */
const values = (shape: readonly number[], seed: number): Float32Array => {
  const size = shape.reduce((n, m) => n * m, 1);
  return Float32Array.from({ length: size }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 8 * (wave - Math.floor(wave)) - 4;
  });
};

async function pulledBack(backend: string, table: GradientTable, operation: Operation): Promise<number[][]> {
  const { kernel, inputs: shapes, attrs, wanted = Object.keys(shapes).slice(0, 1) } = operation;
  await setBackend(backend);
  const pulled = tidy(() => {
    const names = Object.keys(shapes);
    const inputs = names.map((name, i) => tensor(values(shapes[name] ?? [], i), [...(shapes[name] ?? [])]));
    const given = Object.fromEntries(names.map((name, i): [string, Tensor] => [name, inputs[i] as Tensor]));
    const made = engine().runKernel(kernel, given, attrs as NamedAttrMap);
    const y = Array.isArray(made) ? (made[0] as Tensor) : made;
    const dy = tensor(values(y.shape, 9), y.shape);
    const node: TapeNode = {
      kernel,
      index: 0,
      attrs: attrs as NamedAttrMap,
      inputs,
      names,
      outputs: [y],
      producer: () => undefined,
      dependsOnPut: (i) => wanted.includes(names[i] ?? ''),
    };
    const pullbacks = table[kernel]?.(node, [dy], {
      weights: { of: (weight, _, transform) => transform(weight), dispose() {} },
      gradients,
      has: (name) => getKernel(name, backend) !== undefined,
    });
    return wanted.map((name) => {
      const pullback = pullbacks?.[name];
      if (typeof pullback !== 'function') throw new Error(`no pullback for ${name}`);
      const signal = pullback();
      expect(signal.shape, name).toEqual(given[name]?.shape);
      return signal;
    });
  });
  const numbers = await Promise.all(pulled.map(async (t) => [...(await t.data())]));
  for (const t of pulled) t.dispose();
  return numbers;
}

/** Holds the rule of this package, on wasm, to core's generic rule, on cpu. */
export async function expectSameGradient(operation: Operation): Promise<void> {
  const expected = await pulledBack('cpu', gradients, operation);
  const got = await pulledBack('wasm', { ...gradients, ...wasmGradients }, operation);
  const scale = Math.max(1, ...expected.flat().map(Math.abs));
  const error = Math.max(
    ...expected.flatMap((row, i) => row.map((value, j) => Math.abs(value - (got[i]?.[j] ?? NaN)))),
  );
  expect(error, JSON.stringify(operation)).toBeLessThan(1e-5 * scale);
}
