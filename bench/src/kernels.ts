import { engine, type NamedTensorMap } from '@tensorflow/tfjs-core';
import { processorTime } from './measure';

/** A kernel that ran. */
export interface KernelRun {
  readonly kernel: string;
  /** Shapes of its inputs. */
  readonly shapes: string;
  readonly milliseconds: number;
}

interface Interior {
  runKernelFunc(call: { readonly kernelName?: string; readonly inputs: NamedTensorMap }): unknown;
}

/**
 * What kernels run while `run` does, and how long each takes. Kernels called by a kernel count as that one. Time is
 * that of the processor until the call returns: right for backends that have computed by then on one thread, as cpu and wasm.
 */
export async function watchKernels<T>(run: () => T | Promise<T>): Promise<{ result: T; kernels: KernelRun[] }> {
  // Private in TF.js's types, the same in every build of 4.x: every kernel passes through it.
  const target = engine() as unknown as Interior;
  const original = target.runKernelFunc;
  const kernels: KernelRun[] = [];
  let depth = 0;
  target.runKernelFunc = (call) => {
    if (call.kernelName === undefined || depth > 0) return original.call(target, call);
    depth++;
    const start = processorTime();
    try {
      return original.call(target, call);
    } finally {
      depth--;
      const milliseconds = processorTime() - start;
      const shapes = Object.values(call.inputs)
        .flatMap((input) => (input ? [`[${input.shape}]`] : []))
        .join(' ');
      kernels.push({ kernel: call.kernelName, shapes, milliseconds });
    }
  };
  try {
    return { result: await run(), kernels };
  } finally {
    Reflect.deleteProperty(target, 'runKernelFunc');
  }
}
