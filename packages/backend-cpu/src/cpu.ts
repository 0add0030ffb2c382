import { type Backend, defineBackend } from '@vitrum/core';

/** Plain JavaScript: slow, and at home everywhere. Core's own gradient rules are right and fast enough here. */
export function cpu(): Backend {
  return defineBackend({
    name: 'cpu',
    async open() {
      await import('@tensorflow/tfjs-backend-cpu');
    },
  });
}
