import type { AvgPoolAttrs, AvgPoolInputs, Tensor } from '@tensorflow/tfjs-core';
import { type AxisMap, adjointAlong } from './axis';
import { type GradientTable, rule } from './rule';
import { poolWindows, type Windows } from './windows';

export const poolingGradients: GradientTable = {
  AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x }, attrs, dy }) => ({
    x: () => averagePoolInputGradient(dy, poolWindows(x, attrs)),
  })),
};

/** The inputs [from, to) that output `o` sees; padding is not among them. */
function seen({ inputs, size, stride, before }: Windows, o: number): { from: number; to: number } {
  const start = o * stride - before;
  return { from: Math.max(0, start), to: Math.min(inputs, start + size) };
}

/** A mean over a box is a mean along each axis in turn, of the inputs that are there: padding does not count. */
export function averagePoolInputGradient(dy: Tensor, spatial: readonly Windows[]): Tensor {
  return spatial.reduce((signal, windows, i) => adjointAlong(signal, i + 1, mean(windows)), dy);
}

const mean = (windows: Windows): AxisMap => ({
  inputs: windows.inputs,
  outputs: windows.outputs,
  weights(add) {
    for (let o = 0; o < windows.outputs; o++) {
      const { from, to } = seen(windows, o);
      for (let i = from; i < to; i++) add(o, i, 1 / (to - from));
    }
  },
});
