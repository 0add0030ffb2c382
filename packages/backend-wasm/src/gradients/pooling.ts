import { mul, ones, pad, reshape, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { depthwiseGradient } from './convolution';
import type { Axis } from './phases';
import type { Axes } from './window';

/** ∂S/∂x of an average pool: every output shared out to the entries of its window that are not padding. */
export function averagePoolGradient(dy: Tensor4D, axes: Axes): Tensor4D {
  const shares: Tensor4D = mul(dy, reciprocalCounts(axes));
  if (tiles(axes.rows) && tiles(axes.columns)) return spread(shares, axes);
  // A box is a depthwise filter of ones, and XNNPACK runs those; the backend's AvgPoolGrad is a plain loop.
  const box: Tensor4D = ones([axes.rows.kernel, axes.columns.kernel, dy.shape[3], 1]);
  return depthwiseGradient(shares, box, axes, { of: (weight, _, transform) => transform(weight) });
}

/** One over the number of entries that each output averages, [1, height, width, 1]. */
function reciprocalCounts({ rows, columns }: Axes): Tensor4D {
  const [across, along] = [counts(columns), counts(rows)];
  return tensor4d(
    along.flatMap((height) => across.map((width) => 1 / (height * width))),
    [1, rows.output, columns.output, 1],
  );
}

function counts({ input, output, kernel, stride, before }: Axis): number[] {
  return Array.from({ length: output }, (_, o) => {
    const begin = o * stride - before;
    return Math.min(begin + kernel, input) - Math.max(begin, 0);
  });
}

/** Whether the windows lie side by side from the first entry on, without padding: a pool over everything does. */
function tiles({ input, output, kernel, stride, before }: Axis): boolean {
  return before === 0 && output * kernel <= input && (stride === kernel || output === 1);
}

/** Repeats every entry over its window: a product with ones, because XNNPACK broadcasts and Tile is slow. */
function spread(shares: Tensor4D, { rows, columns }: Axes): Tensor4D {
  const [batch, height, width, channels] = shares.shape;
  const repeated = mul(
    reshape(shares, [batch, height, 1, width, 1, channels]),
    ones([rows.kernel, 1, columns.kernel, 1]),
  );
  const [tall, wide] = [height * rows.kernel, width * columns.kernel];
  const dx: Tensor4D = reshape(repeated, [batch, tall, wide, channels]);
  if (tall === rows.input && wide === columns.input) return dx;
  return pad(dx, [
    [0, 0],
    [0, rows.input - tall],
    [0, columns.input - wide],
    [0, 0],
  ]);
}
