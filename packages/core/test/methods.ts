import { mul, ones, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  asIs,
  collect,
  defineMethod,
  missing,
  multiplyByDifference,
  path,
  scores,
  sum,
} from '../src/index';

const plain = { uses: [], deterministic: true, rowwise: true } as const;

/** ∂S/∂x. */
export const gradient: () => AttributionMethod = defineMethod('gradient', plain, () => async (probe) => {
  const { mean } = await probe.run({ points: asIs(), grad: [probe.site] }, sum());
  return mean.flat();
});

/** (x − x') ⊙ the mean gradient at these α: integrated gradients with equal weights. */
export const pathMean: (alphas?: number[]) => AttributionMethod = defineMethod(
  'pathMean',
  { ...plain, uses: ['baseline'], complete: true },
  (alphas: number[] = [0.125, 0.375, 0.625, 0.875]) =>
    async (probe) => {
      const { mean } = await probe.run({ points: path(alphas), put: probe.site, grad: [probe.site] }, sum());
      return multiplyByDifference(probe, mean.flat());
    },
);

/** The activation at the site. */
export const activation: () => AttributionMethod = defineMethod(
  'activation',
  { ...plain, targetless: true },
  () => async (probe) =>
    probe.run(
      { points: asIs(), read: [probe.site] },
      collect((batch) => batch.value(probe.site)),
    ),
);

/** S(x) − S(x without one element), an element at a time, of one tensor at the inputs or at a site. */
export const elementAblation: () => AttributionMethod = defineMethod(
  'elementAblation',
  { ...plain, uses: ['baseline'], baselineAt: 'site' },
  () => async (probe) => {
    const [x] = await probe.x();
    if (!x) throw new Error('nothing to ablate');
    const [, ...shape] = x.shape;
    const size = x.size / probe.examples;
    const indices = Array.from({ length: size }, (_, element) => unravel(element, shape));
    const boxes = indices.map((low) => ({ tensor: 0, low, high: low.map((i) => i + 1) }));
    const without = await probe.run({ points: missing(boxes), put: probe.site }, scores());
    const whole = await probe.scores();
    return [
      tensor(
        without.map((score, row) => (whole[Math.floor(row / size)] ?? 0) - score),
        x.shape,
      ),
    ];
  },
);

/** The mean of a method over copies of the inputs with uniform noise, folded back by parent: SmoothGrad of it. */
export const smooth = (
  { attribute, ...traits }: AttributionMethod,
  { copies = 3, noise = 0.1 }: { copies?: number; noise?: number } = {},
): AttributionMethod => ({
  ...traits,
  name: `smooth ${traits.name}`,
  deterministic: false,
  async attribute(probe) {
    const sums: { values: Float64Array; shape: number[] }[] = [];
    const draw = (rows: { example: Int32Array; point: Int32Array; take(t: Tensor): Tensor }) => ({
      inputs: probe.inputs.map((input, t) =>
        noisy(rows.take(input), noise, (size, row) =>
          probe.random.uniform(
            { example: rows.example[row] ?? 0, sample: rows.point[row] ?? 0, tensor: t },
            size,
            -1,
            1,
          ),
        ),
      ),
    });
    for await (const child of probe.expand(copies, draw)) {
      const result = await attribute(child);
      for (const [t, value] of result.values.entries()) {
        const shape = [probe.examples, ...value.shape.slice(1)];
        const size = value.size / child.examples;
        sums[t] ??= { values: new Float64Array(probe.examples * size), shape };
        const { values } = sums[t];
        (await value.data()).forEach((v, i) => {
          const at = (child.parent[Math.floor(i / size)] ?? 0) * size + (i % size);
          values[at] = (values[at] ?? 0) + v / copies;
        });
        value.dispose();
      }
    }
    return { values: sums.map(({ values, shape }) => tensor(Float32Array.from(values), shape)) };
  },
});

/** `rows` plus noise × what `draw` gives for each row. */
const noisy = (rows: Tensor, noise: number, draw: (size: number, row: number) => Float32Array): Tensor =>
  tidy(() => {
    const [count = 0] = rows.shape;
    const drawn = Array.from({ length: count }, (_, row) => [...draw(rows.size / count, row)]).flat();
    return sub(rows, mul(-noise, mul(tensor(drawn, rows.shape), ones(rows.shape))));
  });

function unravel(element: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (const size of [...shape].reverse()) {
    index.unshift(element % size);
    element = Math.floor(element / size);
  }
  return index;
}
