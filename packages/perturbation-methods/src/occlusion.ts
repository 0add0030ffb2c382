import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import {
  AttributionError,
  type AttributionMethod,
  type Box,
  defineMethod,
  forEachElement,
  missing,
  scores,
} from '@vitrum/core';

export interface OcclusionOptions {
  /** Size of the window over the dims behind the batch, one for all of them or each; a list of these for several inputs. */
  readonly window: number | readonly number[] | readonly (readonly number[])[];
  /** How far the window moves, in all dims or in each; a list of these for several inputs. @defaultValue 1 */
  readonly strides?: number | readonly number[] | readonly (readonly number[])[];
}

/**
 * φᵢ = mean over the windows w ∋ i of S(x) − S(x with w at the baseline).
 *
 * Like the inputs, or the layer; `baseline` in the same shape. The last window of a dim is cut off at the border. One
 * forward row per window: ∏ (⌈(size − window) / stride⌉ + 1), for each input.
 *
 * @throws AttributionError `option` if a window or stride does not fit the input
 * @see Zeiler & Fergus 2014, Visualizing and Understanding Convolutional Networks, §4.2
 */
export const occlusion: (options: OcclusionOptions) => AttributionMethod = defineMethod(
  'occlusion',
  { uses: ['baseline'], deterministic: true, rowwise: true, baselineAt: 'site' },
  ({ window, strides = 1 }: OcclusionOptions) =>
    async (probe) => {
      const x = await probe.x();
      const boxes = x.flatMap((values, i) => windows(i, values.shape.slice(1), of(window, i), of(strides, i)));
      const complete = await probe.scores();
      const occluded = await probe.run({ points: missing(boxes), put: probe.site }, scores());
      return x.map((values, i) => meanDrop(values, i, boxes, complete, occluded));
    },
);

type Sizes = readonly number[];

const isNested = (given: number | Sizes | readonly Sizes[]): given is readonly Sizes[] =>
  typeof given === 'object' && typeof given[0] === 'object';

/** What is given for input `i`: of a list its own, else the same for all. */
function of(given: number | Sizes | readonly Sizes[], i: number): number | Sizes {
  return isNested(given) ? (given[i] ?? []) : given;
}

/** All positions of a window over `shape`. */
function windows(tensorIndex: number, shape: Sizes, size: number | Sizes, strides: number | Sizes): Box[] {
  const window = typeof size === 'number' ? shape.map(() => size) : size;
  const stride = (dim: number) => (typeof strides === 'number' ? strides : (strides[dim] ?? 0));
  const whole = (n: number | undefined) => Number.isInteger(n) && (n ?? 0) > 0;
  if (window.length !== shape.length || !window.every((size, dim) => whole(size) && size <= (shape[dim] ?? 0))) {
    throw problem(
      `window [${window}]`,
      `${shape.length} whole numbers from 1 to [${shape}], the dims behind the batch`,
      'Leave the batch dim out.',
    );
  }
  if (!window.every((size, dim) => whole(stride(dim)) && stride(dim) <= size)) {
    throw problem(
      `strides [${strides}]`,
      `whole numbers from 1 to the window [${window}]`,
      'A longer stride would skip elements.',
    );
  }
  return window.reduce<Box[]>(
    (boxes, size, dim) => {
      const end = shape[dim] ?? 0;
      const count = Math.ceil((end - size) / stride(dim)) + 1;
      const starts = Array.from({ length: count }, (_, i) => i * stride(dim));
      return boxes.flatMap(({ tensor, low, high }) =>
        starts.map((start) => ({ tensor, low: [...low, start], high: [...high, Math.min(end, start + size)] })),
      );
    },
    [{ tensor: tensorIndex, low: [], high: [] }],
  );
}

/** Spreads the drop of each window over its elements, and takes the mean where windows overlap. */
function meanDrop(
  values: Tensor,
  tensorIndex: number,
  boxes: readonly Box[],
  complete: Float32Array,
  occluded: Float32Array,
): Tensor {
  const [examples = 0, ...shape] = values.shape;
  const size = shape.reduce((product, n) => product * n, 1);
  const sums = new Float64Array(examples * size);
  const counts = new Float64Array(size);
  boxes.forEach((box, point) => {
    if (box.tensor !== tensorIndex) return;
    forEachElement(box, shape, (element) => {
      counts[element] = (counts[element] ?? 0) + 1;
      for (let e = 0; e < examples; e++) {
        const drop = (complete[e] ?? 0) - (occluded[e * boxes.length + point] ?? 0);
        sums[e * size + element] = (sums[e * size + element] ?? 0) + drop;
      }
    });
  });
  return tensor(
    Float32Array.from(sums, (sum, i) => sum / (counts[i % size] ?? 1)),
    values.shape,
    'float32',
  );
}

function problem(got: string, expected: string, fix: string): AttributionError {
  return new AttributionError('option', { got, expected, fix });
}
