import type { KernelCase, KernelCases } from '../gradcheck/kernel-case';
import { distinct, positive, smooth, type Values } from '../gradcheck/values';

const flags = [false, true];

function product(
  batchA: number[],
  batchB: number[],
  transposeA: boolean,
  transposeB: boolean,
): { a: Values; b: Values } {
  return {
    a: smooth(...batchA, ...(transposeA ? [3, 2] : [2, 3])),
    b: smooth(...batchB, ...(transposeB ? [4, 3] : [3, 4])),
  };
}

const batches: [number[], number[]][] = [
  [[], []],
  [[2], [2]],
  [[2], [1]],
  [[1], [3]],
  // Not both sides at once: TF.js pairs batches by their number, which is wrong there.
  [
    [2, 3],
    [1, 3],
  ],
  [[3], [2, 3]],
];

const activations = [
  { activation: 'linear' },
  { activation: 'relu' },
  { activation: 'relu6' },
  { activation: 'elu' },
  { activation: 'sigmoid' },
  { activation: 'leakyrelu', leakyreluAlpha: 0.2 },
  { activation: 'leakyrelu', leakyreluAlpha: -0.3 },
  { activation: 'prelu' },
];

/** Columns far from the kinks of every activation: each bias settles its column's sign, the products are small. */
const bias: Values = { shape: [4], dtype: 'float32', data: Float32Array.of(-20, 3, -2.5, 20) };
const slopes: Values = { shape: [4], dtype: 'float32', data: Float32Array.of(0.3, -0.4, -0.2, 0.5) };
const small = ({ a, b }: { a: Values; b: Values }) => ({ a, b: { ...b, data: b.data.map((value) => value / 5) } });

const fused = flags.flatMap((transposeA) =>
  flags.flatMap((transposeB) =>
    activations.map(({ activation, leakyreluAlpha }): KernelCase => {
      return {
        inputs: {
          ...small(product([1], [1], transposeA, transposeB)),
          bias,
          ...(activation === 'prelu' && { preluActivationWeights: slopes }),
        },
        attrs: { transposeA, transposeB, activation, ...(leakyreluAlpha !== undefined && { leakyreluAlpha }) },
        ...((transposeA || transposeB) && {
          except: { wasm: 'adds the wrong bias to a transposed or batched product' },
        }),
      };
    }),
  ),
);

export const matMulCases: KernelCases = {
  BatchMatMul: flags.flatMap((transposeA) =>
    flags.flatMap((transposeB) =>
      batches.map(([batchA, batchB]) => ({
        inputs: product(batchA, batchB, transposeA, transposeB),
        attrs: { transposeA, transposeB },
      })),
    ),
  ),
  _FusedMatMul: [
    ...fused,
    ...flags.map((transposeB) => ({
      inputs: product([2], [1], false, transposeB),
      attrs: { transposeA: false, transposeB, activation: 'linear' },
    })),
  ],
};

export const einsumCases: KernelCases = {
  Einsum: [
    { inputs: [smooth(2, 3), smooth(3, 4)], attrs: { equation: 'ab,bc->ac' } },
    { inputs: [smooth(2, 3), smooth(3, 4)], attrs: { equation: 'ab,bc->ca' } },
    { inputs: [smooth(2, 3, 2, 4), smooth(2, 5, 2, 4)], attrs: { equation: 'aecd,abcd->acbe' } },
    { inputs: [smooth(2, 2, 5, 3), smooth(2, 3, 2, 4)], attrs: { equation: 'acbe,aecd->abcd' } },
    { inputs: [smooth(2, 3, 4), smooth(4, 2, 3)], attrs: { equation: 'abc,cde->abde' } },
    { inputs: [smooth(2, 2, 3), smooth(2, 3, 4)], attrs: { equation: 'bij,bjk->bik' } },
    { inputs: [smooth(2, 3, 2, 2), smooth(2, 2, 3)], attrs: { equation: 'abcd,cde->abe' } },
    { inputs: [smooth(2, 3)], attrs: { equation: 'ab->b' } },
    { inputs: [smooth(2, 3)], attrs: { equation: 'ab -> ba' } },
    { inputs: [smooth(3), smooth(3)], attrs: { equation: 'a,a->' } },
    { inputs: [smooth(2, 3)], attrs: { equation: 'ab->' } },
  ],
};

const normalization = (shape: number[], parameters: number[], present: ('scale' | 'offset')[]): KernelCase => ({
  inputs: {
    x: smooth(...shape),
    mean: smooth(...parameters),
    variance: positive(...parameters),
    ...(present.includes('scale') && { scale: smooth(...parameters) }),
    ...(present.includes('offset') && { offset: smooth(...parameters) }),
  },
  attrs: { varianceEpsilon: 1e-3 },
});

export const normalizationCases: KernelCases = {
  FusedBatchNorm: (
    [
      [[2, 3, 2, 3], [3]],
      [
        [2, 1, 1, 3],
        [2, 1, 1, 3],
      ],
      [[4, 3], [3]],
      // Not at the end of the input's shape, as for pictures with their channels first.
      [
        [2, 3, 2, 4],
        [1, 3, 1, 1],
      ],
    ] as const
  ).flatMap(([shape, parameters]) =>
    [[], ['scale'], ['offset'], ['scale', 'offset']].map((present) =>
      normalization([...shape], [...parameters], present as ('scale' | 'offset')[]),
    ),
  ),
  LRN: [1, 2, 5].map((depthRadius) => ({
    inputs: { x: distinct(1, 2, 2, 6) },
    attrs: { depthRadius, bias: 1, alpha: 0.5, beta: 0.7 },
  })),
};
