import { type Tensor, util } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { type Call, isGone, type KernelCall } from './engine';

/** Bytes of the values of a tensor. */
export const bytesOf = ({ dtype, size }: Tensor): number =>
  dtype === 'string' ? 0 : size * util.bytesPerElement(dtype);

/** The same of several tensors, each counted once. */
export const bytesIn = (tensors: Iterable<Tensor>): number =>
  [...new Set(tensors)].reduce((sum, tensor) => sum + bytesOf(tensor), 0);

/** Runs a kernel as `original` does. TF.js does not say what is wrong with a tensor that was disposed, or is another copy's. */
export function runKernel(kernel: KernelCall, original: (call: Call) => Tensor | Tensor[]): Tensor | Tensor[] {
  try {
    return original(kernel);
  } catch (cause) {
    const [name, gone] = Object.entries(kernel.inputs).find(([, tensor]) => tensor && isGone(tensor)) ?? [];
    if (!gone) throw cause;
    throw new AttributionError('model', {
      got: `a disposed tensor as input "${name}" of kernel ${kernel.kernelName}`,
      expected: 'tensors and weights that live while the model runs',
      fix: `Dispose the model, its weights, and what a target function uses only after the attribution is done.${gone.isDisposed ? '' : ` If nobody disposed it, it was made by another copy of TensorFlow.js: ${oneCopy}`}`,
      cause,
    });
  }
}

const oneCopy =
  'have one loaded, which `npm ls @tensorflow/tfjs-core` shows and a bundler can be told (in Vite: resolve.dedupe).';

/**
 * Says of an error of a model that two copies of TF.js are loaded, if that is what it comes of: copies of one realm share
 * an engine, but those of a frame or a sandbox do not know each other's tensors, and move the data of one that is unknown.
 * In the engine that is recorded, `runKernel` has named such a tensor.
 */
export function explained(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'TypeError' || !/\bmoveData\b/.test(error.stack ?? '')) return error;
  return new AttributionError('model', {
    got: 'a model that computes with another copy of TensorFlow.js, which does not know the tensors of this one',
    expected: 'one copy for the model, its weights and Vitrum',
    fix: `Two are loaded: ${oneCopy}`,
    cause: error,
  });
}
