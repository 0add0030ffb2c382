import { type Tensor, util } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { type Call, isGone, type KernelCall } from './engine';

/** Bytes of the values of a tensor. */
export const bytesOf = ({ dtype, size }: Tensor): number =>
  dtype === 'string' ? 0 : size * util.bytesPerElement(dtype);

/** The same of several tensors, each counted once. */
export const bytesIn = (tensors: Iterable<Tensor>): number =>
  [...new Set(tensors)].reduce((sum, tensor) => sum + bytesOf(tensor), 0);

/** Runs a kernel as `original` does. TF.js does not say what is wrong with a tensor that was disposed. */
export function runKernel(kernel: KernelCall, original: (call: Call) => Tensor | Tensor[]): Tensor | Tensor[] {
  try {
    return original(kernel);
  } catch (cause) {
    const gone = Object.entries(kernel.inputs).find(([, tensor]) => tensor && isGone(tensor))?.[0];
    if (gone === undefined) throw cause;
    throw new AttributionError('model', {
      got: `a disposed tensor as input "${gone}" of kernel ${kernel.kernelName}`,
      expected: 'tensors and weights that live while the model runs',
      fix: 'Dispose the model, its weights, and what a target function uses only after the attribution is done.',
      cause,
    });
  }
}
