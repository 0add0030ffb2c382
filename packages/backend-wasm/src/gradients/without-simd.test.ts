import { describe, vi } from 'vitest';

// A TensorFlow.js whose memory cannot be reached: no kernels of our own, all else the same.
vi.mock('../simd/module', () => ({ kernels: () => undefined }));

describe('without kernels of our own', async () => {
  await import('./activation.test');
  await import('./convolution.test');
  await import('./index.test');
  await import('./matmul.test');
  await import('./pooling.test');
});
