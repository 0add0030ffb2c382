import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { asked, back, column, data, front, network, own, slowMean } from '../../test/asking';
import { gradient } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import {
  asIs,
  attribute,
  collect,
  defineMethod,
  layer,
  made,
  missing,
  neuron,
  type Probe,
  path,
  type Query,
  type RuleSet,
  scores,
  sum,
} from '../index';

beforeAll(() => tf.setBackend('cpu'));

describe('a query', () => {
  test('gives the mean over the points as a slow loop does', async () => {
    const x = random([3, 3]);
    const baseline = random([1, 3], 2);
    const alphas = [0, 0.1, 0.35, 0.7, 1];
    const { mean, scores } = await asked(
      { baseline, batchSize: 4 },
      async (probe) => {
        const { mean, scores } = await probe.run({ points: path(alphas), grad: ['inputs'] }, sum());
        return { mean: await own(mean.flat()), scores };
      },
      x,
    );
    const points = alphas.map((alpha) => tf.add(baseline, tf.mul(alpha, tf.sub(x, baseline))));
    expect(scores).toHaveLength(15);
    const slow = await Promise.all(points.map((point) => values(column(network(point), 1))));
    expect(
      await distance(
        scores,
        [0, 1, 2].flatMap((e) => slow.map((of) => of[e] ?? Number.NaN)),
      ),
    ).toBeLessThan(1e-5);
    const expected = await slowMean(points, (point) => column(network(point), 1));
    expect(await distance(mean[0] as tf.Tensor, expected)).toBeLessThan(1e-3);
  });

  test('weighs the points as told', async () => {
    const x = random([2, 3]);
    const weights = Float64Array.of(2, -1);
    const squares = (x: tf.Tensor) => tf.sum(tf.square(x), 1, true);
    const found = await asked(
      { baseline: 0, target: 0 },
      async (probe) => own((await probe.run({ points: path([0.5, 1]), grad: ['inputs'] }, sum(weights))).mean.flat()),
      x,
      squares,
    );
    expect(
      await distance(
        found[0] as tf.Tensor,
        (await values(x)).map((v) => 2 * v - 2 * v),
      ),
    ).toBeLessThan(1e-6);
  });

  test('reads what passes at the inputs and at sites, for points at the inputs', async () => {
    const x = random([2, 3]);
    const [inputs, hidden] = await asked(
      { at: layer('hidden'), batchSize: 3 },
      async (probe) =>
        own(
          await probe.run(
            { points: path([0.5, 1]), read: ['inputs', probe.site] },
            collect((batch) => [...batch.value('inputs'), ...batch.value(probe.site)]),
          ),
        ),
      x,
    );
    const rows = await values(x);
    const points = tf.tensor2d(
      [0, 1].flatMap((e) => [0.5, 1].map((alpha) => rows.slice(3 * e, 3 * e + 3).map((v) => v * alpha))),
    );
    expect(await distance(inputs as tf.Tensor, points)).toBeLessThan(1e-6);
    expect(await distance(hidden as tf.Tensor, front(points))).toBeLessThan(1e-6);
  });

  test('puts points at a site, while all that passes it by is the example’s own', async () => {
    const x = random([2, 3]);
    const double = made(2, ([hidden], rows) => [
      tf.mul(hidden as tf.Tensor, tf.add(1, tf.reshape(tf.tensor1d([...rows.point]), [-1, 1]))),
    ]);
    const found = await asked(
      { at: layer('hidden'), batchSize: 3 },
      (probe) => probe.run({ points: double, put: probe.site }, scores()),
      x,
    );
    const once = await values(column(network(x), 1));
    const twice = await values(column(back(tf.mul(front(x), 2), x), 1));
    expect(
      await distance(
        found,
        [0, 1].flatMap((e) => [once[e] ?? 0, twice[e] ?? 0]),
      ),
    ).toBeLessThan(1e-6);
  });

  test('gives gradients at several places at once', async () => {
    const x = random([2, 3]);
    const [atInputs, atHidden] = await asked(
      { at: layer('hidden') },
      async (probe) => own((await probe.run({ points: asIs(), grad: ['inputs', probe.site] }, sum())).mean.flat()),
      x,
    );
    const alone = [gradient(), gradient()].map((method, i) =>
      attribute(network, x, { method, target: 1, ...(i && { at: layer('hidden') }) }),
    );
    for (const [i, why] of (await Promise.all(alone)).entries()) {
      expect(await distance([atInputs, atHidden][i] as tf.Tensor, why.values)).toBeLessThan(1e-6);
      why.dispose();
    }
  });

  test('can ask for another score, at another site', async () => {
    const x = random([2, 3]);
    const found = await asked(
      {},
      async (probe) => {
        const score = await probe.score(neuron(layer('hidden'), 2));
        const { scores } = await probe.run({ points: asIs(), score }, {});
        return { scores, site: await probe.resolve(layer('hidden')), own: await probe.scores() };
      },
      x,
    );
    expect(found.site).toEqual({ layer: 'hidden', side: 'output', call: 0 });
    expect(await distance(found.scores, column(front(x), 2))).toBeLessThan(1e-6);
    expect(await distance(found.own, column(network(x), 1))).toBeLessThan(1e-6);
  });

  test('walks back by its own rules, fused operations taken apart, from the score if told', async () => {
    const x = random([2, 3]);
    const bias = tf.zeros([2]);
    const fused = (x: tf.Tensor) => tf.fused.matMul({ a: x, b: random([3, 2], 3), bias, activation: 'relu' });
    const kernels: string[] = [];
    const rules: RuleSet = {
      seed: 'score',
      unfuse: true,
      rule: ({ kernel }) => {
        kernels.push(kernel);
        return kernel === 'Relu' ? (_, signals) => signals : undefined;
      },
    };
    const found = await asked(
      { batchSize: 2 },
      async (probe) => own((await probe.run({ points: asIs(), grad: ['inputs'], rules }, sum())).mean.flat()),
      x,
      fused,
    );
    expect(kernels.filter((kernel) => !/Gather|Reshape|Identity/.test(kernel))).toEqual(['Relu', '_FusedMatMul']);
    const score = await values(column(fused(x), 1));
    const weight = await values(column(random([3, 2], 3), 1));
    expect(
      await distance(
        found[0] as tf.Tensor,
        score.flatMap((s) => weight.map((w) => s * w)),
      ),
    ).toBeLessThan(1e-6);
  });

  test('against the reference shows rules both recordings, operation by operation', async () => {
    const [x, baseline] = [tf.tensor2d([[3], [5]]), tf.tensor2d([[1], [2]])];
    const pairs: number[][][] = [];
    const rules: RuleSet = {
      seed: 'one',
      unfuse: false,
      rule: ({ kernel, inputs, reference }) => {
        if (kernel === 'Square') pairs.push([data(inputs[0]), data(reference?.inputs[0])]);
        return undefined;
      },
    };
    const query: Query = { points: asIs(), grad: ['inputs'], rules, against: 'reference' };
    await asked(
      { baseline, target: 0, batchSize: 2 },
      async (probe) => own((await probe.run(query, sum())).mean.flat()),
      x,
      tf.square,
    );
    expect(pairs).toEqual([
      [
        [3, 5],
        [1, 2],
      ],
    ]);
  });

  test('against the reference gives the scores there too, in order, whatever the batches', async () => {
    const [x, baseline] = [random([3, 3], 5), random([3, 3], 6)];
    const rules: RuleSet = { seed: 'one', unfuse: false, rule: () => undefined };
    const query: Query = { points: asIs(), grad: ['inputs'], rules, against: 'reference' };
    for (const batchSize of [1, 2, 3]) {
      const found = await asked(
        { baseline, target: 1, batchSize },
        async (probe) => {
          const { mean, scores, referenceScores } = await probe.run(query, sum());
          for (const tensor of mean.flat()) tensor.dispose();
          return { scores, referenceScores };
        },
        x,
      );
      expect(await distance(found.scores, column(network(x), 1))).toBeLessThan(1e-6);
      expect(await distance(found.referenceScores, column(network(baseline), 1))).toBeLessThan(1e-6);
    }
  });

  test('without a reference gives no scores there', async () => {
    const found = await asked({ target: 1 }, (probe) => probe.run({ points: asIs() }, sum()));
    expect(found.referenceScores).toHaveLength(0);
  });

  test('that puts anywhere but at the inputs or the site is an error', async () => {
    const query = { points: asIs(), put: { layer: 'hidden', side: 'output', call: 0 } } as const;
    await expect(asked({}, (probe) => probe.run(query, scores()))).rejects.toThrow('at the inputs or at the site');
  });

  test('on the baseline is an error for a method that does not declare it', async () => {
    const greedy = defineMethod('greedy', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => [
      ...probe.baseline,
    ]);
    await expect(attribute(network, random([2, 3]), { method: greedy(), target: 0 })).rejects.toThrow(
      "uses: ['baseline']",
    );
  });

  test('frees what its fold kept, also when a later batch fails', async () => {
    let runs = 0;
    const broken = (x: tf.Tensor) => {
      if (++runs > 2) throw new Error('broken');
      return network(x);
    };
    const query = {
      points: missing([
        { tensor: 0, low: [0], high: [1] },
        { tensor: 0, low: [1], high: [2] },
      ]),
      read: ['inputs' as const],
    };
    const ask = (probe: Probe) =>
      probe.run(
        query,
        collect((batch) => batch.value('inputs')),
      );
    await expect(asked({ batchSize: 1 }, ask, random([3, 3]), broken)).rejects.toThrow('broken');
  });
});
