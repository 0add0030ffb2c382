import { AttributionError } from '@vitrum/core';

/** What is asked of a tensor: its shape and an asynchronous read. A TensorFlow.js tensor fits. */
export interface TensorLike {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number> | string[]>;
}

/** One example read from a tensor: `values[(row * width + column) * channels + channel]`. */
export interface Grid {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: ArrayLike<number>;
}

export const isTensorLike = (value: unknown): value is TensorLike =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'data' in value &&
  typeof value.data === 'function';

/** Holds `example` to a row of a batch. @throws AttributionError 'option' */
export function assertExample(example: number, examples: number, shape: readonly number[]): void {
  if (!Number.isInteger(example) || example < 0 || example >= examples)
    throw new AttributionError('option', {
      got: `example ${example}`,
      expected: `a whole number from 0 to ${examples - 1}, as the shape is [${shape}]`,
      fix: 'Pass `example` within the batch.',
    });
}

/** Reads one example of [height, width], [height, width, channels] or [examples, height, width, channels]. */
export async function readGrid(tensor: TensorLike, example: number): Promise<Grid> {
  const { shape } = tensor;
  const [examples, height, width, channels] =
    shape.length === 2 ? [1, ...shape, 1] : shape.length === 3 ? [1, ...shape] : shape;
  if (
    shape.length > 4 ||
    examples === undefined ||
    height === undefined ||
    width === undefined ||
    channels === undefined
  )
    throw new AttributionError('inputs', {
      got: `a tensor of shape [${shape}]`,
      expected: '[height, width], [height, width, channels] or [examples, height, width, channels]',
      fix: 'Reshape it, or draw another kind of picture.',
    });
  if (shape.includes(0))
    throw new AttributionError('inputs', {
      got: `a tensor of shape [${shape}], which is empty`,
      expected: 'a pixel at least',
      fix: 'Pass what the model was given, or its attribution.',
    });
  assertExample(example, examples, shape);
  const size = height * width * channels;
  const values = await tensor.data();
  const numbers = Array.from({ length: size }, (_, index) => Number(values[example * size + index]));
  return { width, height, channels, values: numbers };
}
