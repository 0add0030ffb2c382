import { backend_util } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import type { KernelCase } from '../../gradcheck/kernel-case';
import { distinct, smooth, type Values } from '../../gradcheck/values';
import { cases, whole } from './draw-case';

interface Axis {
  readonly input: number;
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
}

type Pad = 'same' | 'valid' | number | [number, number][];

/** One axis of windows: a stride or holes, not both, which TF.js refuses; and at least one window in the input. */
const axis = (holes: boolean): fc.Arbitrary<Axis> =>
  fc
    .record({ input: whole(1, 6), window: whole(1, 4), stretch: fc.constantFrom(1, 1, 2, 3) })
    .map(({ input, window, stretch }) => ({
      input: Math.max(input, (window - 1) * (holes ? stretch : 1) + 1),
      window,
      stride: holes ? 1 : stretch,
      dilation: holes ? stretch : 1,
    }));

const geometry = <T>(axes: number, pad: fc.Arbitrary<T>, dilated: boolean) =>
  fc.boolean().chain((holes) =>
    fc.record({
      axes: fc.array(axis(holes && dilated), { minLength: axes, maxLength: axes }),
      pad,
      batch: whole(1, 2),
      channels: whole(1, 3),
      outputs: whole(1, 2),
    }),
  );

const planePad: fc.Arbitrary<Pad> = fc.oneof(
  fc.constantFrom<Pad>('same', 'valid'),
  fc.tuple(whole(0, 2), whole(0, 2), whole(0, 2), whole(0, 2)).map(
    ([top, bottom, left, right]): Pad => [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
  ),
);
const volumePad = fc.constantFrom<'same' | 'valid'>('same', 'valid');

const each = <K extends keyof Axis>(axes: readonly Axis[], key: K): number[] => axes.map((axis) => axis[key]);

/** XNNPACK's windows of 'same' begin elsewhere where inputs are left over between them. */
const leftOver = (axes: readonly Axis[], pad: Pad): Pick<KernelCase, 'except'> =>
  pad === 'same' && axes.some(({ window, stride }) => stride > window)
    ? { except: { wasm: 'gives zeros where a stride wider than the filter leaves inputs over, with "same"' } }
    : {};

const convolution = () =>
  cases(geometry(2, planePad, true), ({ axes, pad, batch, channels, outputs }) => ({
    inputs: {
      x: smooth(batch, ...each(axes, 'input'), channels),
      filter: smooth(...each(axes, 'window'), channels, outputs),
    },
    attrs: { strides: each(axes, 'stride'), dilations: each(axes, 'dilation'), pad, dataFormat: 'NHWC' },
    ...leftOver(axes, pad),
  }));

/** A bias and an activation without a kink; those with one stand among the fixed cases. */
const fused = (depthwise: boolean) =>
  cases(
    fc.tuple(geometry(2, planePad, true), fc.boolean(), fc.constantFrom('linear', 'sigmoid', 'elu')),
    ([{ axes, pad, batch, channels, outputs }, biased, activation]) => ({
      inputs: {
        x: smooth(batch, ...each(axes, 'input'), channels),
        filter: smooth(...each(axes, 'window'), channels, outputs),
        ...(biased && { bias: smooth(depthwise ? channels * outputs : outputs) }),
      },
      attrs: { strides: each(axes, 'stride'), dilations: each(axes, 'dilation'), pad, dataFormat: 'NHWC', activation },
      ...leftOver(axes, pad),
    }),
  );

const transposed = (depthwise: boolean) =>
  cases(geometry(2, volumePad, false), ({ axes, pad, batch, channels, outputs }) => {
    const [height = 1, width = 1] = each(axes, 'input');
    const [high = 1, wide = 1] = each(axes, 'window');
    const strides = each(axes, 'stride') as [number, number]; // two axes
    const inputShape: [number, number, number, number] = [batch, height, width, channels];
    const { outShape } = backend_util.computeConv2DInfo(
      inputShape,
      [high, wide, channels, outputs],
      strides,
      1,
      pad,
      undefined,
      depthwise,
    );
    return {
      inputs: { dy: smooth(...outShape), filter: smooth(high, wide, channels, outputs) },
      attrs: { strides, pad, inputShape, ...(depthwise ? { dilations: [1, 1] } : { dataFormat: 'NHWC' }) },
    };
  });

const pooling = (make: (...shape: number[]) => Values) =>
  cases(geometry(2, planePad, false), ({ axes, pad, batch, channels }) => ({
    inputs: { x: make(batch, ...each(axes, 'input'), channels) },
    attrs: { filterSize: each(axes, 'window'), strides: each(axes, 'stride'), pad: insideWindows(axes, pad) },
  }));

/** Padding by numbers that leaves no window without an input: that has no mean and no largest value. */
function insideWindows(axes: readonly Axis[], pad: Pad): Pad {
  if (!Array.isArray(pad)) return pad;
  return pad.map(([before, after], i): [number, number] => {
    const widest = (axes[i - 1]?.window ?? 1) - 1;
    return [Math.min(before, widest), Math.min(after, widest)];
  });
}

const volumes = (make: (...shape: number[]) => Values, except: KernelCase['except'] = {}) =>
  cases(geometry(3, volumePad, false), ({ axes, pad, batch, channels }) => ({
    inputs: { x: make(batch, ...each(axes, 'input'), channels) },
    attrs: { filterSize: each(axes, 'window'), strides: each(axes, 'stride'), pad, dataFormat: 'NDHWC' },
    except,
  }));

const raised = (...shape: number[]): Values => {
  const { data, ...rest } = distinct(...shape);
  return { ...rest, data: data.map((value) => value + data.length) };
};

/** A filter whose sums with distinct values are apart, and above 0: wasm takes 0 for what is below. */
const lifted = (...shape: number[]): Values => {
  const { data, ...rest } = distinct(...shape);
  return { ...rest, data: data.map((value) => 30 + value * 10.37) };
};

export const drawnWindows: DrawnCases = {
  Conv2D: convolution(),
  DepthwiseConv2dNative: convolution(),
  FusedConv2D: fused(false),
  FusedDepthwiseConv2D: fused(true),
  Conv2DBackpropInput: transposed(false),
  DepthwiseConv2dNativeBackpropInput: transposed(true),
  Conv3D: cases(geometry(3, volumePad, true), ({ axes, pad, batch, channels, outputs }) => ({
    inputs: {
      x: smooth(batch, ...each(axes, 'input'), channels),
      filter: smooth(...each(axes, 'window'), channels, outputs),
    },
    attrs: { strides: each(axes, 'stride'), dilations: each(axes, 'dilation'), pad, dataFormat: 'NDHWC' },
  })),
  AvgPool: pooling(smooth),
  MaxPool: pooling(distinct),
  MaxPoolWithArgmax: cases(
    fc.tuple(geometry(2, volumePad, false), fc.boolean()),
    ([{ axes, pad, batch, channels }, includeBatchInIndex]) => ({
      inputs: { x: distinct(batch, ...each(axes, 'input'), channels) },
      attrs: { filterSize: each(axes, 'window'), strides: each(axes, 'stride'), pad, includeBatchInIndex },
    }),
  ),
  AvgPool3D: volumes(smooth),
  MaxPool3D: volumes(raised),
  Dilation2D: cases(geometry(2, volumePad, true), ({ axes, pad, batch, channels }) => ({
    inputs: {
      x: distinct(batch, ...each(axes, 'input'), channels),
      filter: lifted(...each(axes, 'window'), channels),
    },
    attrs: { strides: each(axes, 'stride'), dilations: each(axes, 'dilation'), pad },
  })),
};
