import fc from 'fast-check';
import type { DrawnCases } from '../../gradcheck/check-kernel';
import { distinct, positive, smooth, within } from '../../gradcheck/values';
import { cases, flag, shapes, whole } from './draw-case';

const factors = fc.record({
  batch: fc.array(whole(1, 3), { maxLength: 2 }),
  // Which side has the batch in full; the other repeats along some axes.
  full: fc.constantFrom('a', 'b'),
  repeated: fc.array(flag, { minLength: 2, maxLength: 2 }),
  rows: whole(1, 4),
  inner: whole(1, 4),
  columns: whole(1, 4),
  transposeA: flag,
  transposeB: flag,
});

const product = cases(factors, ({ batch, full, repeated, rows, inner, columns, transposeA, transposeB }) => {
  // Along an axis behind one that is not repeated, TF.js pairs the wrong matrices.
  const side = (name: 'a' | 'b') =>
    batch.map((size, i) => (name !== full && repeated.slice(0, i + 1).every(Boolean) ? 1 : size));
  return {
    inputs: {
      a: smooth(...side('a'), ...(transposeA ? [inner, rows] : [rows, inner])),
      b: smooth(...side('b'), ...(transposeB ? [columns, inner] : [inner, columns])),
    },
    attrs: { transposeA, transposeB },
  };
});

const fused = cases(
  fc.record({
    batch: whole(1, 3),
    rows: whole(1, 4),
    inner: whole(1, 4),
    columns: whole(1, 4),
    transposeA: flag,
    transposeB: flag,
    biased: flag,
    activation: fc.constantFrom('linear', 'sigmoid', 'elu'),
  }),
  ({ batch, rows, inner, columns, transposeA, transposeB, biased, activation }) => ({
    inputs: {
      a: smooth(batch, ...(transposeA ? [inner, rows] : [rows, inner])),
      b: smooth(batch, ...(transposeB ? [columns, inner] : [inner, columns])),
      ...(biased && { bias: smooth(columns) }),
    },
    attrs: { transposeA, transposeB, activation },
    ...(biased &&
      (transposeA || transposeB || batch > 1) && {
        except: { wasm: 'adds the wrong bias to a transposed or batched product' },
      }),
  }),
);

/** Equations of one or two factors: no letter twice in a factor, which TF.js does not take. */
const einsum = cases(
  fc.record({
    sizes: fc.array(whole(1, 3), { minLength: 5, maxLength: 5 }),
    factors: fc.array(fc.shuffledSubarray([...'abcde'], { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 2,
    }),
    kept: fc.shuffledSubarray([...'abcde']),
  }),
  ({ sizes, factors, kept }) => {
    const out = kept.filter((letter) => factors.some((factor) => factor.includes(letter)));
    const [first = [], second = first] = factors;
    const onesided = [...first, ...second].some(
      (letter) => !out.includes(letter) && first.includes(letter) !== second.includes(letter),
    );
    return {
      inputs: factors.map((factor) => smooth(...factor.map((letter) => sizes['abcde'.indexOf(letter)] ?? 1))),
      attrs: { equation: `${factors.map((factor) => factor.join('')).join(',')}->${out.join('')}` },
      ...(onesided && { except: { cpu: 'does not always sum over what only one factor has' } }),
    };
  },
);

const normalization = cases(
  fc.record({
    shape: shapes(1, 5, false),
    whole: flag,
    scaled: flag,
    moved: flag,
    epsilon: fc.constantFrom(1e-3, 0.1),
  }),
  ({ shape, whole, scaled, moved, epsilon }) => {
    const parameters = whole ? shape : shape.slice(-1);
    return {
      inputs: {
        x: smooth(...shape),
        mean: smooth(...parameters),
        variance: positive(...parameters),
        ...(scaled && { scale: smooth(...parameters) }),
        ...(moved && { offset: smooth(...parameters) }),
      },
      attrs: { varianceEpsilon: epsilon },
    };
  },
);

export const drawnMatrices: DrawnCases = {
  BatchMatMul: product,
  _FusedMatMul: fused,
  Einsum: einsum,
  FusedBatchNorm: normalization,
  LRN: cases(
    fc.record({
      size: whole(1, 2),
      channels: whole(1, 6),
      depthRadius: whole(1, 4),
      bias: fc.constantFrom(1, 2),
      alpha: fc.constantFrom(0.5, 1),
      beta: fc.constantFrom(0.5, 0.75, 1.2),
    }),
    ({ size, channels, ...attrs }) => ({ inputs: { x: within(-1, 1, 2, size, size, channels) }, attrs }),
  ),
  Diag: cases(shapes(1, 3, false), (shape) => ({ inputs: { x: distinct(...shape) } })),
};
