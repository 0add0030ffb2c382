import util from 'node:util';
import { type Backend, defineBackend } from '@vitrum/core';
import { nodeGradients } from './gradients';
import { registerElementwise } from './kernels/elementwise';
import { fuseKernels } from './kernels/fused';
import { replaceStep } from './kernels/step';
import { openingError } from './opening-error';

/** TensorFlow itself, native, in Node: `@tensorflow/tfjs-node`, the fastest backend without a GPU. TF.js calls it `tensorflow`. */
export function node(): Backend {
  return defineBackend({
    name: 'tensorflow',
    kernels: nodeGradients,
    rows: 32,
    async open() {
      restoreUtilities(util);
      // Warnings and errors, without what TensorFlow tells about itself.
      process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
      try {
        await import('@tensorflow/tfjs-node');
      } catch (cause) {
        throw openingError(cause);
      }
      fuseKernels();
      replaceStep();
      registerElementwise();
    },
  });
}

/**
 * Gives `node:util` the two functions back that tfjs-node 4.22 calls in many of its kernels: Node 23 took
 * `isNullOrUndefined` away, and Node 22 prints a warning when it is called.
 */
export function restoreUtilities(utilities: { isArray?: unknown; isNullOrUndefined?: unknown }): void {
  utilities.isArray = Array.isArray;
  utilities.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
}
