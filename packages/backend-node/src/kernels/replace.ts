import { getKernel, type KernelFunc, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';

const ours = new WeakSet<KernelFunc>();

/** Lays a kernel over that of tfjs-node, once. */
export function replaceKernel(kernelName: string, over: (before: KernelFunc) => KernelFunc): void {
  const before = getKernel(kernelName, 'tensorflow');
  if (!before || ours.has(before.kernelFunc)) return;
  const kernelFunc = over(before.kernelFunc);
  ours.add(kernelFunc);
  unregisterKernel(kernelName, 'tensorflow');
  registerKernel({ ...before, kernelFunc });
}
