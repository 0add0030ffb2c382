import { describe, it } from 'vitest';
import { expectSameGradient } from '../../test/on-both';

const sides = [false, true];

describe.each(sides)('a product with transposeA %s', (transposeA) => {
  describe.each(sides)('and transposeB %s', (transposeB) => {
    const matrix = (rows: number, columns: number, transposed: boolean) =>
      transposed ? [columns, rows] : [rows, columns];
    const a = matrix(4, 5, transposeA);
    const b = matrix(5, 3, transposeB);
    const attrs = { transposeA, transposeB };

    it.each([
      ['one matrix by one', [], []],
      ['one by one in a batch', [1], [1]],
      ['many by one', [6], [1]],
      ['one by many', [1], [6]],
      ['many by many', [6], [6]],
    ])('has the generic gradient for %s', async (_, batchA, batchB) => {
      const inputs = { a: [...batchA, ...a], b: [...batchB, ...b] };
      await expectSameGradient({ kernel: 'BatchMatMul', inputs, attrs, wanted: ['a'] });
      await expectSameGradient({ kernel: 'BatchMatMul', inputs, attrs, wanted: ['b'] });
      await expectSameGradient({ kernel: 'BatchMatMul', inputs, attrs, wanted: ['a', 'b'] });
    });
  });
});

describe('a fused product', () => {
  const inputs = { a: [1, 4, 5], b: [1, 5, 3], bias: [3] };

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid'])(
    'walks back through %s as the generic rule does',
    async (activation) => {
      const attrs = { transposeA: false, transposeB: false, activation };
      await expectSameGradient({ kernel: '_FusedMatMul', inputs, attrs, wanted: ['a', 'b', 'bias'] });
    },
  );
});
