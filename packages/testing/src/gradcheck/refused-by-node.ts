import type { KernelCase } from './kernel-case';

type Refusal = (example: KernelCase) => string | undefined;

const numbered: Refusal = ({ attrs }) =>
  typeof attrs?.pad === 'number' ? 'takes padding in words or for each side, not as one number' : undefined;

const inWords: Refusal = ({ attrs }) =>
  typeof attrs?.pad === 'string' ? undefined : 'takes padding in words only, "same" or "valid"';

const channelsFirst: Refusal = ({ attrs }) => (attrs?.dataFormat === 'NCHW' ? 'takes NHWC only' : undefined);

const apart: Refusal = ({ attrs }) => {
  const [{ size: strides }, { size: dilations, most }] = [spread(attrs?.strides), spread(attrs?.dilations)];
  if (strides === 1 && dilations === 1 && most === 1) return undefined;
  return 'takes dilation and unequal strides only on processors for which TensorFlow has oneDNN';
};

/** How many different numbers are given for the axes, and the largest. */
function spread(given: unknown): { size: number; most: number } {
  const numbers = [given ?? 1].flat().map(Number);
  return { size: new Set(numbers).size, most: Math.max(...numbers) };
}

const dilated: Refusal = ({ attrs }) => (spread(attrs?.dilations).most > 1 ? 'takes no dilation' : undefined);

/** Not even its pooling forward and backward agree on where those windows begin. */
const leftOver: Refusal = ({ inputs, attrs }) => {
  const filter = Object.entries(inputs)
    .find(([name]) => name === 'filter')?.[1]
    .shape.slice(0, 3);
  const windows = eachAxis(attrs?.filterSize ?? filter);
  const wider = eachAxis(attrs?.strides).some((stride, i) => stride > (windows[i] ?? 1));
  if (attrs?.pad !== 'same' || !wider) return undefined;
  return 'begins windows elsewhere where a stride wider than they are leaves inputs over, with "same"';
};

/** What is given for three axes, or for all at once. */
function eachAxis(given: unknown): number[] {
  const numbers = [given ?? 1].flat().map(Number);
  return numbers.length === 1 ? [0, 1, 2].map(() => numbers[0] ?? 1) : numbers;
}

const anyOf =
  (...refusals: readonly Refusal[]): Refusal =>
  (example) =>
    refusals.reduce<string | undefined>((found, refusal) => found ?? refusal(example), undefined);

/** The values of an input, in order. */
const valuesOf = ({ inputs }: KernelCase, name: string): number[] =>
  Object.entries(inputs).flatMap(([input, { data }]) => (input === name ? [...data] : []));

const refusals: Readonly<Record<string, Refusal>> = {
  AvgPool: inWords,
  AvgPool3D: anyOf(inWords, leftOver),
  Concat: ({ inputs }) => (Object.keys(inputs).length < 2 ? 'takes no single tensor' : undefined),
  Conv2D: anyOf(numbered, channelsFirst),
  Conv2DBackpropInput: inWords,
  Conv3D: anyOf(dilated, leftOver),
  DepthToSpace: channelsFirst,
  DepthwiseConv2dNative: anyOf(numbered, apart),
  DepthwiseConv2dNativeBackpropInput: apart,
  Dilation2D: inWords,
  Einsum: ({ attrs }) => (String(attrs?.equation).includes(' ') ? 'takes a space for an axis' : undefined),
  FusedBatchNorm: ({ inputs }) => {
    const [x] = Object.values(inputs);
    return x?.shape.length === 4 ? undefined : 'takes tensors of rank 4 only';
  },
  FusedConv2D: anyOf(numbered, channelsFirst),
  FusedDepthwiseConv2D: anyOf(numbered, apart),
  GatherV2: ({ attrs }) => (Number(attrs?.axis) < 0 ? 'takes no axis counted from the end' : undefined),
  MaxPool: inWords,
  MaxPool3D: anyOf(inWords, leftOver),
  SparseToDense: (example) => {
    const indices = valuesOf(example, 'sparseIndices');
    const ordered = indices.every((index, i) => i === 0 || index > (indices[i - 1] ?? 0));
    return ordered ? undefined : 'takes indices in ascending order only, each once';
  },
  UnsortedSegmentSum: (example) => {
    const segments = Number(example.attrs?.numSegments);
    const known = valuesOf(example, 'segmentIds').every((id) => id < segments);
    return known ? undefined : 'takes no segments beyond their number';
  },
};

/** Why tfjs-node does not run a call as the other backends do, on some machine at least; `undefined` where it does. */
export const refusedByNode = (kernel: string, example: KernelCase): string | undefined => refusals[kernel]?.(example);
