import { type Backend, defineBackend } from '@vitrum/core';

/** Plain JavaScript: slow, and at home everywhere. Core's own gradient rules are right and fast enough here. */
export function cpu(): Backend {
  return defineBackend({
    name: 'cpu',
    // Fewer kernels for the same work, which weigh in small models; large ones are cut by memory.
    rows: 32,
    async open() {
      await import('@tensorflow/tfjs-backend-cpu');
    },
  });
}
