import {
  add,
  backend_util,
  type Dilation2DAttrs,
  type Dilation2DInputs,
  reshape,
  slice,
  stack,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { lowest, shareOut } from './maximum';
import { type PlanePlaces, planePlaces } from './places';
import { type GradientTable, rule } from './rule';
import { type PlaneWindows, planeWindows, rank4 } from './windows';

export const dilationGradients: GradientTable = {
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

/** The windows of a grey-scale dilation, which is a max pooling of x + filter. */
function dilationWindows(x: Tensor, filter: Tensor, { strides, pad, dilations }: Dilation2DAttrs): PlaneWindows {
  // The kernel takes nothing else.
  const shape = filter.shape as [number, number, number];
  return planeWindows(backend_util.computeDilation2DInfo(rank4(x.shape), shape, strides, pad, 'NHWC', dilations));
}
