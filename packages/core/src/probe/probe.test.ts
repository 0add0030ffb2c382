import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { elementAblation, gradient, pathMean, smooth } from '../../test/methods';
import { distance, random, values } from '../../test/tensors';
import {
  type AttributeOptions,
  asIs,
  attribute,
  type Batch,
  collect,
  defineMethod,
  layer,
  made,
  missing,
  neuron,
  type Probe,
  path,
  perExample,
  type Query,
  type RuleSet,
  scores,
  sum,
  tap,
} from '../index';

beforeAll(() => tf.setBackend('cpu'));

const w1 = () => random([3, 4], 11, -2, 2);
const w2 = () => random([4, 2], 12, -2, 2);
const front = (x: tf.Tensor) => tf.tanh(tf.matMul(x, w1()));
const back = (hidden: tf.Tensor, x: tf.Tensor) =>
  tf.add(tf.matMul(tf.sin(hidden), w2()), tf.sum(tf.square(x), 1, true));
/** The second half also sees the input, past the tap. */
const network = (x: tf.Tensor) => back(tap('hidden', front(x)), x);
const column = (y: tf.Tensor, i: number) => tf.slice(y, [0, i], [-1, 1]);

/** What `ask` gets from the probe of a call. What it returns is tensors of the test's own. */
async function asked<T>(
  options: Partial<AttributeOptions>,
  ask: (probe: Probe) => Promise<T>,
  x = random([3, 3]),
  model: (x: tf.Tensor) => tf.Tensor | Promise<tf.Tensor> = network,
): Promise<T> {
  let answer: { it: T } | undefined;
  const method = defineMethod(
    'asking',
    { uses: ['baseline'], deterministic: true, rowwise: true },
    () => async (probe) => {
      answer = { it: await ask(probe) };
      return [tf.zerosLike(x)];
    },
  )();
  (await attribute(model, x, { method, target: 1, ...options })).dispose();
  if (!answer) throw new Error('the method did not run');
  return answer.it;
}

/** A fold that hands on what it sees, as numbers. */
const watching = <T>(see: (batch: Batch) => T) => {
  const seen: T[] = [];
  return { step: (batch: Batch) => void seen.push(see(batch)), result: () => seen };
};
const data = (tensor: tf.Tensor | undefined) => Array.from((tensor as tf.Tensor).dataSync());
const own = async (tensors: readonly tf.Tensor[]) => {
  const copies = await Promise.all(tensors.map(async (tensor) => tf.tensor(await tensor.data(), tensor.shape)));
  tf.dispose([...tensors]);
  return copies;
};

describe('the size of a batch', () => {
  const methods = { gradient: gradient(), path: pathMean(), ablation: elementAblation(), smooth: smooth(pathMean()) };
  for (const [name, method] of Object.entries(methods)) {
    for (const at of [undefined, layer('hidden')]) {
      test(`changes a ${name} ${at ? 'at a layer' : 'at the inputs'} by no more than rounding`, async () => {
        const x = random([3, 3]);
        const options = { method, ...(at && { at }), target: perExample([1, 0, 1]), seed: 5 };
        const whole = await attribute(network, x, { ...options, batchSize: 1000 });
        for (const more of [{ batchSize: 1 }, { batchSize: 2 }, { batchSize: 5 }, { memory: 1 }, {}]) {
          const cut = await attribute(network, x, { ...options, ...more });
          expect(await distance(cut.values, whole.values)).toBeLessThan(2e-6);
          expect(await distance(cut.score, whole.score)).toBeLessThan(2e-6);
          cut.dispose();
        }
        whole.dispose();
      });
    }
  }

  test('follows the memory allowed', async () => {
    const sizes = async (options: Partial<AttributeOptions>) => {
      const query = { points: path(new Array(12).fill(1)), grad: ['inputs' as const] };
      return asked(
        options,
        (probe) =>
          probe.run(
            query,
            watching(({ example }) => example.length),
          ),
        random([1, 3]),
      );
    };
    const most = async (memory: number) => Math.max(...(await sizes({ memory })));
    expect(await sizes({ batchSize: 5 })).toEqual([5, 5, 2]);
    expect(await most(1)).toBe(1);
    expect(await most(2 ** 20)).toBe(8);
    const growing = await Promise.all([500, 1000, 1500, 2000, 3000].map(most));
    expect(growing).toEqual([...growing].sort((a, b) => a - b));
    expect(new Set(growing).size).toBeGreaterThan(2);
  });
});

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

/** The mean of finite differences of `f` over points, an element at a time. */
async function slowMean(points: tf.Tensor[], f: (x: tf.Tensor) => tf.Tensor): Promise<number[]> {
  const step = 1e-2;
  const slopes = await Promise.all(
    points.map(async (point) => {
      const [rows = 0, columns = 0] = point.shape;
      const moved = async (j: number, by: number) =>
        values(f(tf.add(point, tf.oneHot(tf.fill([rows], j, 'int32'), columns, by, 0))));
      const each = await Promise.all(
        Array.from({ length: columns }, async (_, j) => {
          const [up, down] = [await moved(j, step), await moved(j, -step)];
          return up.map((value, e) => (value - (down[e] ?? 0)) / (2 * step));
        }),
      );
      return Array.from(
        { length: rows * columns },
        (_, i) => each[i % columns]?.[Math.floor(i / columns)] ?? Number.NaN,
      );
    }),
  );
  return (slopes[0] ?? []).map((_, i) => slopes.reduce((total, slope) => total + (slope[i] ?? 0), 0) / points.length);
}

describe('x and reference', () => {
  test('are what is seen at the site, and computed once', async () => {
    const [x, baseline] = [random([2, 3], 1), random([1, 3], 2)];
    let runs = 0;
    const counted = (x: tf.Tensor) => {
      runs++;
      return network(x);
    };
    const seen = await asked(
      { at: layer('hidden'), baseline, batchSize: 8 },
      async (probe) => {
        const before = runs;
        const tensors = [
          (await probe.x())[0],
          (await probe.reference())[0],
          (await probe.x())[0],
          (await probe.reference())[0],
        ];
        return { tensors: tensors.map((tensor) => data(tensor)), runs: runs - before };
      },
      x,
      counted,
    );
    // One each, and one for a row by itself.
    expect(seen.runs).toBe(2 + 1);
    const [hidden, reference] = [await values(front(x)), await values(front(tf.concat([baseline, baseline])))];
    for (const i of [0, 2]) expect(await distance(seen.tensors[i] ?? [], hidden)).toBeLessThan(1e-6);
    for (const i of [1, 3]) expect(await distance(seen.tensors[i] ?? [], reference)).toBeLessThan(1e-6);
  });

  test('at the inputs are the inputs and the baseline themselves', async () => {
    const x = random([2, 3]);
    const seen = await asked(
      { baseline: 7 },
      async (probe) => [(await probe.x())[0] === x, data((await probe.reference())[0])],
      x,
    );
    expect(seen).toEqual([true, [7, 7, 7, 7, 7, 7]]);
  });

  test('of a method that perturbs at the site: the baseline is in the shape of the site', async () => {
    const x = random([2, 3]);
    const why = await attribute(network, x, {
      method: elementAblation(),
      at: layer('hidden'),
      target: 0,
      baseline: tf.tensor1d([1, 2, 3, 4]),
    });
    const hidden = front(x);
    const whole = await values(column(network(x), 0));
    const without = [1, 2, 3, 4].map((value, h) => {
      const mask = tf.oneHot(tf.tensor1d([h, h], 'int32'), 4);
      return column(back(tf.add(tf.mul(hidden, tf.sub(1, mask)), tf.mul(mask, value)), x), 0);
    });
    const each = await Promise.all(without.map(values));
    expect(
      await distance(
        why.values,
        whole.flatMap((s, e) => each.map((score) => s - (score[e] ?? 0))),
      ),
    ).toBeLessThan(1e-6);
    why.dispose();
  });
});

describe('an expansion', () => {
  const asRows = (probe: Probe) => (rows: { take(tensor: tf.Tensor): tf.Tensor }) => ({
    inputs: probe.inputs.map((input) => rows.take(input)),
  });

  test('names the parent of every derived example, each as often as asked', async () => {
    for (const batchSize of [1, 2, 4, 100]) {
      const parents = await asked({ batchSize }, async (probe) => {
        const all: number[] = [];
        for await (const child of probe.expand(3, asRows(probe))) {
          expect(child.parent).toHaveLength(child.examples);
          expect(child.examples).toBeLessThanOrEqual(batchSize);
          all.push(...child.parent);
        }
        return all;
      });
      expect(parents).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    }
  });

  test('of exact copies is the method itself', async () => {
    for (const at of [undefined, layer('hidden')]) {
      const x = random([3, 3]);
      const options = { target: perExample([0, 1, 0]), baseline: random([3, 3], 4), ...(at && { at }) };
      const plain = await attribute(network, x, { ...options, method: pathMean() });
      const copied = await attribute(network, x, { ...options, method: smooth(pathMean(), { copies: 3, noise: 0 }) });
      expect(await distance(copied.values, plain.values)).toBeLessThan(2e-6);
      plain.dispose();
      copied.dispose();
    }
  });

  test('with noise is the mean of the method over the noisy copies', async () => {
    const x = random([2, 3]);
    // The gradient of Σx³ is linear in x², so that the mean can be written out.
    const cubes = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.square(x)), 1, true);
    const copies: number[][] = [];
    const spying = {
      ...gradient(),
      attribute: (probe: Probe) => {
        const inputs = data(probe.inputs[0]);
        for (let i = 0; i < inputs.length; i += 3) copies.push(inputs.slice(i, i + 3));
        return gradient().attribute(probe);
      },
    };
    const why = await attribute(cubes, x, {
      method: smooth(spying, { copies: 4, noise: 0.5 }),
      target: 0,
      batchSize: 3,
    });
    expect(new Set(copies.map(String)).size).toBe(8);
    const expected = [0, 1].flatMap((e) =>
      [0, 1, 2].map(
        (i) => copies.slice(4 * e, 4 * e + 4).reduce((total, copy) => total + 3 * (copy[i] ?? 0) ** 2, 0) / 4,
      ),
    );
    expect(await distance(why.values, expected)).toBeLessThan(1e-5);
    why.dispose();
  });

  test('draws the same, however it is cut', async () => {
    const x = random([3, 3]);
    const drawn = async (batchSize: number, seed = 1) => {
      const why = await attribute(network, x, { method: smooth(gradient()), target: 0, batchSize, seed });
      const found = await values(why.values);
      why.dispose();
      return found;
    };
    const whole = await drawn(100);
    for (const batchSize of [1, 2, 4]) expect(await distance(await drawn(batchSize), whole)).toBeLessThan(1e-6);
    expect(await distance(await drawn(100, 2), whole)).toBeGreaterThan(1e-3);
  });

  test('knows whose score it is: targets and the caller’s values go by parent', async () => {
    const labels = tf.tensor1d([10, 20, 30]);
    const target: AttributeOptions['target'] = ([y], rows) => tf.mul(tf.sum(y as tf.Tensor, 1), rows.take(labels));
    for (const each of [perExample([0, 1, 0]), target]) {
      const x = random([3, 3]);
      const scores = await asked(
        { target: each, batchSize: 2 },
        async (probe) => {
          const all: number[] = [];
          for await (const child of probe.expand(2, asRows(probe))) all.push(...(await child.scores()));
          return { derived: all, whole: [...(await probe.scores())] };
        },
        x,
      );
      expect(
        await distance(
          scores.derived,
          scores.whole.flatMap((score) => [score, score]),
        ),
      ).toBeLessThan(1e-5);
    }
  });

  test('of an expansion goes by the first parent', async () => {
    const x = random([2, 3]);
    const found = await asked(
      { target: perExample([0, 1]), batchSize: 3 },
      async (probe) => {
        const all: number[] = [];
        for await (const child of probe.expand(2, asRows(probe))) {
          for await (const grandchild of child.expand(2, asRows(child))) all.push(...(await grandchild.scores()));
        }
        return { derived: all, whole: [...(await probe.scores())] };
      },
      x,
    );
    expect(
      await distance(
        found.derived,
        found.whole.flatMap((score) => [score, score, score, score]),
      ),
    ).toBeLessThan(1e-6);
  });

  test('may bring its own baselines', async () => {
    const x = random([2, 3]);
    const baselines = await asked(
      { baseline: 1 },
      async (probe) => {
        const all: number[][] = [];
        const draw = (rows: { take(tensor: tf.Tensor): tf.Tensor }) => {
          const inputs = probe.inputs.map((input) => rows.take(input));
          return { inputs, baseline: inputs.map((input) => tf.mul(input, 2)) };
        };
        for await (const child of probe.expand(1, draw)) all.push(data(child.baseline[0]));
        for await (const child of probe.expand(1, asRows(probe))) all.push(data(child.baseline[0]));
        return all;
      },
      x,
    );
    expect(baselines).toEqual([(await values(x)).map((v) => 2 * v), [1, 1, 1, 1, 1, 1]]);
  });

  test('draws for every derived example by its place, whatever the chunks, and not what derived it', async () => {
    const key = (example: number) => ({ example, sample: 0, tensor: 0 });
    const drawn = (batchSize: number) =>
      asked({ batchSize, seed: 4 }, async (probe) => {
        const all = { own: [] as number[], derived: [] as number[], twice: [] as number[] };
        for (let e = 0; e < probe.examples; e++) all.own.push(...probe.random.normal(key(e), 2));
        for await (const child of probe.expand(2, asRows(probe))) {
          for (let e = 0; e < child.examples; e++) all.derived.push(...child.random.normal(key(e), 2));
          for await (const grandchild of child.expand(3, asRows(child)))
            for (let e = 0; e < grandchild.examples; e++) all.twice.push(...grandchild.random.normal(key(e), 2));
        }
        return all;
      });
    const one = await drawn(1);
    for (const batchSize of [2, 4, 100]) expect(await drawn(batchSize)).toEqual(one);
    const every = [...one.own, ...one.derived, ...one.twice];
    expect(every).toHaveLength(2 * 3 * (1 + 2 + 6));
    expect(new Set(every).size).toBe(every.length);
  });

  test('borrows tensors that the method goes on to use', async () => {
    const x = random([2, 3]);
    await asked(
      {},
      async (probe) => {
        for await (const child of probe.expand(1, () => ({ inputs: probe.inputs }))) await child.scores();
      },
      x,
    );
    expect(x.isDisposed).toBe(false);
  });

  test('that is left early is cleaned up', async () => {
    const seen = await asked({ batchSize: 1, at: layer('hidden') }, async (probe) => {
      for await (const child of probe.expand(5, asRows(probe))) {
        await child.x();
        return child.examples;
      }
      return 0;
    });
    expect(seen).toBe(1);
  });
});
