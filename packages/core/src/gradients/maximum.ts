import {
  add,
  type Dilation2DAttrs,
  type Dilation2DInputs,
  equal,
  type MaxPool3DAttrs,
  type MaxPool3DInputs,
  type MaxPoolAttrs,
  type MaxPoolInputs,
  type MaxPoolWithArgmaxAttrs,
  type MaxPoolWithArgmaxInputs,
  mul,
  reshape,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type PlanePlaces, planePlaces, putPlace, range, takePlace } from './places';
import { type GradientTable, rule } from './rule';
import { dilationWindows, type PlaneWindows, places, pool3dWindows, poolWindows, type VolumeWindows } from './windows';

/** Largest values of windows. Of equal ones in a window the first, in reading order, takes the whole signal. */
export const maximumGradients: GradientTable = {
  MaxPool: rule<MaxPoolInputs, MaxPoolAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargest(dy, x, y, poolWindows(x, attrs)).signal,
  })),
  MaxPoolWithArgmax: rule<MaxPoolWithArgmaxInputs, MaxPoolWithArgmaxAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargest(dy, x, y, poolWindows(x, attrs)).signal,
  })),
  MaxPool3D: rule<MaxPool3DInputs, MaxPool3DAttrs>(({ inputs: { x }, attrs, y, dy }) => ({
    x: () => toLargestOfVolume(dy, x, y, pool3dWindows(x, attrs)),
  })),
  // The largest of x + filter, where the filter lies on x.
  Dilation2D: rule<Dilation2DInputs, Dilation2DAttrs>(({ inputs: { x, filter }, attrs, y, dy }) => {
    const windows = dilationWindows(x, filter, attrs);
    const shared = (send: (at: PlanePlaces, share: Tensor, p: number, q: number) => void): PlanePlaces => {
      const at = planePlaces(x, windows, lowest);
      const raised = (p: number, q: number) => add(at.take(p, q), slice(filter, [p, q, 0], [1, 1, -1]));
      shareOut(dy, y, windows, raised, (p, q, share) => send(at, share, p, q));
      return at;
    };
    return {
      x: () => shared((at, share, p, q) => at.put(p, q, share)).all(),
      filter: () => {
        const sums: Tensor[] = [];
        shared((_, share) => sums.push(sum(share, [0, 1, 2])));
        return reshape(stack(sums), filter.shape);
      },
    };
  }),
};

/** Lower than what a model computes, and finite, since not every GPU has infinities. */
const lowest = -3.4e38;

/**
 * Place by place in the window, in reading order, what is left of the signal goes to the candidates that equal the
 * largest, `y`: the first takes it all. Gives what no candidate took.
 */
function shareOut(
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

function toLargest(dy: Tensor, x: Tensor, y: Tensor, windows: PlaneWindows): { signal: Tensor; left: Tensor } {
  const at = planePlaces(x, windows, lowest);
  const left = shareOut(dy, y, windows, at.take, at.put);
  return { signal: at.all(), left };
}

/** A volume's windows are planes, one behind the other: each takes what those before it left. */
function toLargestOfVolume(dy: Tensor, x: Tensor, y: Tensor, [depth, rows, columns]: VolumeWindows): Tensor {
  const [batch = 1, , height = 1, width = 1, channels = 1] = x.shape;
  const planes = (t: Tensor) => reshape(t, [batch * depth.outputs, ...t.shape.slice(2)]);
  let left = planes(dy);
  return range(places(depth))
    .map((k) => {
      const shared = toLargest(left, planes(takePlace(x, 1, depth, k, lowest)), planes(y), [rows, columns]);
      left = shared.left;
      return putPlace(reshape(shared.signal, [batch, depth.outputs, height, width, channels]), 1, depth, k);
    })
    .reduce((sum, signal) => add(sum, signal));
}
