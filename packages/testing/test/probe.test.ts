import '@tensorflow/tfjs-backend-cpu';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  asIs,
  attribute,
  defineMethod,
  layer,
  multiplyByDifference,
  type Probe,
  path,
  type Rows,
  type Rule,
  type RuleSet,
  seededRandom,
  sum,
  type TapeNode,
  type Where,
} from '@vitrum/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { methods } from 'vitrum';
import { modelStore } from '../src/golden/models';

/** Three methods unlike those that stand, each written here against the Probe alone, to see whether it carries them. */

const models = modelStore();
const golden = (name: string) => models.load(fileURLToPath(new URL(`../golden/models/${name}`, import.meta.url)));
beforeAll(async () => {
  await tf.setBackend('cpu');
  await Promise.all(['lstm-series', 'resnet-tiny', 'mlp-relu'].map(golden));
});
afterAll(() => models.dispose());

const random = (shape: number[], seed: number) =>
  tf.tensor(
    seededRandom(seed).normal(
      { example: 0, sample: 0, tensor: 0 },
      shape.reduce((a, b) => a * b),
    ),
    shape,
  );
const total = async (values: tf.Tensor) => Array.from(await values.data()).reduce((a, b) => a + b, 0);
const difference = ({ score, baselineScore }: { score: Float32Array; baselineScore?: Float32Array }, example = 0) =>
  (score[example] ?? 0) - (baselineScore?.[example] ?? 0);

// DeepLIFT, rescale rule (Shrikumar et al. 2017, §3.5.2), for what an LSTM is made of.

/** Δout/Δin, or the gradient where the input hardly moved. */
const rescale: Rule = (node, [dy], plain) => {
  const [x, y] = [node.inputs[0], node.outputs[0]];
  const [x0, y0] = [node.reference?.inputs[0], node.reference?.outputs[0]];
  if (!x || !y || !x0 || !y0 || !dy) return plain();
  const moved = tf.sub(x, x0);
  const still = tf.less(tf.abs(moved), 1e-6);
  const slope = tf.div(tf.sub(y, y0), tf.where(still, tf.onesLike(moved), moved));
  return [tf.where(still, plain()[0] ?? dy, tf.mul(dy, slope))];
};

/** Δ(ab) = Δa·mean(b) + Δb·mean(a), exactly, with the mean over input and reference. */
const product: Rule = (node, [dy], plain) => {
  const [a, b] = node.inputs;
  const [a0, b0] = node.reference?.inputs ?? [];
  if (!a || !b || !a0 || !b0 || !dy || !(node.dependsOnPut(0) && node.dependsOnPut(1))) return plain();
  return [tf.mul(dy, tf.div(tf.add(b, b0), 2)), tf.mul(dy, tf.div(tf.add(a, a0), 2))];
};

const deepLiftRules: RuleSet = {
  seed: 'one',
  unfuse: true,
  rule: ({ kernel }: TapeNode) =>
    /^(Sigmoid|Tanh|Relu|ClipByValue)$/.test(kernel) ? rescale : kernel === 'Multiply' ? product : undefined,
};

const deepLift = defineMethod(
  'deepLift',
  { uses: ['baseline'], deterministic: true, rowwise: true, complete: true },
  () => async (probe) => {
    const query = { points: asIs(), grad: [probe.site], rules: deepLiftRules, against: 'reference' } as const;
    const { mean } = await probe.run(query, sum());
    return multiplyByDifference(probe, mean.flat());
  },
);

test('carries DeepLIFT on an LSTM: two recordings zipped, products of gates shared out, Σφ = S(x) − S(x′)', async () => {
  const model = await golden('lstm-series');
  const x = random([2, 10, 3], 1);
  const baseline = random([1, 10, 3], 2);
  const why = await attribute(model, x, { method: deepLift(), target: 1, baseline });
  expect(Math.abs(difference(why))).toBeGreaterThan(0.01);
  for (const delta of why.convergenceDelta ?? [Number.NaN]) expect(Math.abs(delta)).toBeLessThan(1e-5);
  tf.dispose([x, baseline, why.values]);
});

// Conductance (Dhamdhere et al. 2018): gradient × change of activation along the path in the inputs.

function changes(site: Where): Rows<tf.Tensor[]> {
  let before: { values: tf.Tensor[]; gradients: tf.Tensor[] } | undefined;
  let sums: tf.Tensor[] | undefined;
  const replace = <T extends tf.Tensor[] | undefined>(old: tf.Tensor[] | undefined, made: T): T => {
    tf.dispose(old ?? []);
    return made;
  };
  return {
    step(batch) {
      batch.example.forEach((_, row) => {
        const rowOf = (tensors: readonly tf.Tensor[]) => tensors.map((t) => tf.keep(tf.slice(t, row, 1)));
        const now = { values: rowOf(batch.value(site)), gradients: rowOf(batch.grad(site)) };
        if (before) {
          const { values, gradients } = before;
          const parts = now.values.map((value, i) => {
            const middle = tf.div(tf.add(now.gradients[i] as tf.Tensor, gradients[i] as tf.Tensor), 2);
            return tf.mul(middle, tf.sub(value, values[i] as tf.Tensor));
          });
          sums = replace(
            sums,
            parts.map((part, i) => tf.keep(sums ? tf.add(sums[i] as tf.Tensor, part) : tf.clone(part))),
          );
          tf.dispose([values, gradients]);
        }
        before = now;
      });
    },
    result: () => (sums ?? []).map((t) => tf.clone(t)),
    dispose: () => tf.dispose([sums ?? [], before ? [before.values, before.gradients] : []]),
  };
}

const conductance = (steps: number): AttributionMethod =>
  defineMethod(
    'conductance',
    { uses: ['baseline'], deterministic: true, rowwise: true, layerOnly: true },
    () => (probe: Probe) => {
      const alphas = Array.from({ length: steps + 1 }, (_, i) => i / steps);
      return probe.run({ points: path(alphas), read: [probe.site], grad: [probe.site] }, changes(probe.site));
    },
  )();

test('carries conductance across a skip connection: branch and skip together take S(x) − S(x′)', async () => {
  const model = await golden('resnet-tiny');
  const x = random([1, 12, 12, 3], 3);
  const method = conductance(100);
  const sum = await attribute(model, x, { method, target: 1, at: layer('a_add', { side: 'input' }) });
  const branch = await attribute(model, x, { method, target: 1, at: layer('a_bn2') });
  // One tensor for each input of the Add: the skip, then the branch.
  const parts = sum.values as unknown as tf.Tensor[];
  expect(parts).toHaveLength(2);
  const totals = await Promise.all(parts.map(total));
  const scores = await attribute(model, x, { method: deepLiftScores(), target: 1 });
  // What 100 intervals leave of the integral across the kinks of ReLU.
  expect(Math.abs((totals[0] ?? 0) + (totals[1] ?? 0) - difference(scores))).toBeLessThan(
    2e-3 * Math.abs(difference(scores)),
  );
  expect(await total(branch.values)).toBeCloseTo(totals[1] ?? 0, 5);
  expect(Math.abs(totals[0] ?? 0)).toBeGreaterThan(1e-3);
  tf.dispose([x, parts, branch.values, scores.values]);
});

/** A method with a baseline, to learn S(x) and S(x′). */
const deepLiftScores = defineMethod(
  'scores',
  { uses: ['baseline'], deterministic: true, rowwise: true },
  () => async (probe) => probe.inputs.map((t) => tf.zerosLike(t)),
);

// SmoothGrad (Smilkov et al. 2017) of any method: the mean over noisy copies.

const noise = (inputs: readonly tf.Tensor[], example: number, sample: number, seed: number) =>
  inputs.map((t, i) => seededRandom(seed).normal({ example, sample, tensor: i }, t.size / (t.shape[0] ?? 1), 0.3));

const smoothGrad = defineMethod(
  'smoothGrad',
  { uses: ['baseline'], deterministic: false, rowwise: false, baselineAt: 'site' },
  (method: AttributionMethod, samples: number) => async (probe) => {
    const sums = probe.inputs.map((t) => new Float64Array(t.size));
    const copies = probe.expand(samples, (rows) => ({
      inputs: probe.inputs.map((t, i) => {
        const drawn = Array.from(
          rows.example,
          (example, row) => noise(probe.inputs, example, rows.point[row] ?? 0, probe.random.seed)[i],
        );
        return tf.add(
          rows.take(t),
          tf.tensor(Float32Array.from(drawn.flatMap((n) => [...(n ?? [])])), [drawn.length, ...t.shape.slice(1)]),
        );
      }),
    }));
    for await (const copy of copies) {
      const { values } = await method.attribute(copy);
      for (const [i, tensor] of values.entries()) {
        const data = await tensor.data();
        const size = data.length / copy.examples;
        const into = sums[i];
        data.forEach((v, j) => {
          const at = (copy.parent[Math.floor(j / size)] ?? 0) * size + (j % size);
          if (into) into[at] = (into[at] ?? 0) + v / samples;
        });
        tensor.dispose();
      }
    }
    return sums.map((s, i) => tf.tensor(Float32Array.from(s), probe.inputs[i]?.shape ?? []));
  },
);

test('carries smoothGrad(occlusion(…)): the same as occluding every noisy copy by hand', async () => {
  const model = await golden('mlp-relu');
  const x = random([3, 8], 4);
  const inner = (methods['occlusion'] as (options: object) => AttributionMethod)({ window: [2], strides: [1] });
  const smooth = await attribute(model, x, { method: smoothGrad(inner, 5), target: 2, baseline: 0.1, seed: 9 });
  const expected = new Float64Array(x.size);
  for (let sample = 0; sample < 5; sample++) {
    const drawn = [0, 1, 2].flatMap((example) => [...(noise([x], example, sample, 9)[0] ?? [])]);
    const noisy = tf.add(x, tf.tensor(drawn, x.shape));
    const one = await attribute(model, noisy, { method: inner, target: 2, baseline: 0.1 });
    (await one.values.data()).forEach((v, i) => {
      expected[i] = (expected[i] ?? 0) + v / 5;
    });
    tf.dispose([noisy, one.values]);
  }
  const got = await smooth.values.data();
  for (const [i, v] of got.entries()) expect(v).toBeCloseTo(expected[i] ?? 0, 5);
  tf.dispose([x, smooth.values]);
});
