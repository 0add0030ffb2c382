import { describe, it } from 'vitest';
import { expectSameGradient } from '../../test/on-both';

describe.each(['AvgPool', 'MaxPool'])('%s', (kernel) => {
  it.each([1, 2, 3])('has the generic gradient with stride %i', async (stride) => {
    for (const size of [1, 2, 3, 5, 7]) {
      for (const pad of ['same', 'valid']) {
        for (const [height, width] of [
          [7, 8],
          [9, 12],
        ]) {
          const attrs = { filterSize: [size, size], strides: [stride, stride], pad };
          await expectSameGradient({ kernel, inputs: { x: [2, height ?? 1, width ?? 1, 3] }, attrs });
        }
      }
    }
  });

  it('has the generic gradient over everything at once', async () => {
    const attrs = { filterSize: [7, 5], strides: [1, 1], pad: 'valid' };
    await expectSameGradient({ kernel, inputs: { x: [2, 7, 5, 3] }, attrs });
  });
});

describe('AvgPool', () => {
  it('has the generic gradient with windows of unequal sides', async () => {
    const attrs = { filterSize: [2, 3], strides: [2, 3], pad: 'valid' };
    await expectSameGradient({ kernel: 'AvgPool', inputs: { x: [2, 7, 8, 3] }, attrs });
  });

  it('has the generic gradient where no window reaches a row, which XNNPACK is not to be asked about', async () => {
    const pad = [
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 0],
    ];
    const attrs = { filterSize: [2, 2], strides: [3, 3], pad };
    await expectSameGradient({ kernel: 'AvgPool', inputs: { x: [2, 3, 6, 3] }, attrs });
  });
});
