import {
  equal,
  type MaxPoolAttrs,
  type MaxPoolInputs,
  type MaxPoolWithArgmaxAttrs,
  type MaxPoolWithArgmaxInputs,
  mul,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { planePlaces, range } from './places';
import { type GradientTable, rule } from './rule';
import { type PlaneWindows, places, poolWindows } from './windows';

/** Largest values of windows. Of equal ones in a window the first, in reading order, takes the whole signal. */
export const maximumGradients: GradientTable = {
  MaxPool: rule<MaxPoolInputs, MaxPoolAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargest(dy, x, y, poolWindows(x, attrs)).signal,
  })),
  MaxPoolWithArgmax: rule<MaxPoolWithArgmaxInputs, MaxPoolWithArgmaxAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargest(dy, x, y, poolWindows(x, attrs)).signal,
  })),
};

/** Lower than what a model computes, and finite, since not every GPU has infinities. */
export const lowest = -3.4e38;

/**
 * Place by place in the window, in reading order, what is left of the signal goes to the candidates that equal the
 * largest, `y`: the first takes it all. Gives what no candidate took.
 */
export function shareOut(
  dy: Tensor,
  y: Tensor,
  [rows, columns]: PlaneWindows,
  candidates: (p: number, q: number) => Tensor,
  send: (p: number, q: number, share: Tensor) => void,
): Tensor {
  let left = dy;
  for (const p of range(places(rows))) {
    for (const q of range(places(columns))) {
      const share = mul(left, equal(candidates(p, q), y));
      left = sub(left, share);
      send(p, q, share);
    }
  }
  return left;
}

export function toLargest(dy: Tensor, x: Tensor, y: Tensor, windows: PlaneWindows): { signal: Tensor; left: Tensor } {
  const at = planePlaces(x, windows, lowest);
  const left = shareOut(dy, y, windows, at.take, at.put);
  return { signal: at.all(), left };
}
