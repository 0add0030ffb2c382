import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chain, nested, sharing, skipping, skippingGraph, stacked } from '../../test/cuts';
import { disposeGraphs } from '../../test/graphs';
import { kernelRows } from '../../test/kernel-rows';
import { apply, dense } from '../../test/layers';
import { elementAblation, pathMean, smooth } from '../../test/methods';
import { distance, random } from '../../test/tensors';
import {
  type AttributeOptions,
  type Attribution,
  attribute,
  attributeEach,
  layer,
  type Model,
  type ModelLike,
  output,
  prepare,
} from '../index';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  disposeGraphs();
  tf.disposeVariables();
});

/** The same model, which cannot be cut. */
async function whole(model: ModelLike): Promise<Model> {
  const { cut: _, ...rest } = await prepare(model);
  return rest;
}

const x = () => random([3, 4], 5);
const alphas = (count: number) => Array.from({ length: count }, (_, i) => i / count);

interface Case {
  readonly make: () => tf.LayersModel | Promise<tf.GraphModel>;
  /** The site, by the end of its name. */
  readonly name: string;
  readonly side?: 'input';
  readonly target?: AttributeOptions['target'];
}

const cases: Record<string, Case> = {
  'a chain of layers': { make: chain, name: 'site' },
  'layers with skip connections': { make: skipping, name: 'site' },
  'what a layer takes': { make: skipping, name: 'inner', side: 'input' },
  'a layer that joins': { make: skipping, name: 'joined' },
  'layers of a nested model': { make: nested, name: 'body/site' },
  'a nested model itself': { make: nested, name: 'body' },
  'the layers of a model first in a Sequential': { make: stacked, name: 'again' },
  'one of several outputs': { make: sharing, name: 'joined', target: output(0, 1) },
  'a graph of nodes': { make: skippingGraph, name: 'site' },
  'what a node takes': { make: skippingGraph, name: 'late', side: 'input' },
  'a graph for one row': { make: () => skippingGraph(1), name: 'site' },
};

async function open({ make, name, side, target = 1 }: Case) {
  const model = await make();
  const found = (await prepare(model)).layers.find((info) => info.name.endsWith(name));
  return { model, options: { at: layer(found?.name ?? name, side && { side }), target } };
}

async function same(a: Attribution, b: Attribution): Promise<void> {
  expect(await distance(a.values as tf.Tensor, b.values as tf.Tensor)).toBeLessThan(1e-6);
  expect(await distance(a.score, b.score)).toBeLessThan(1e-6);
  expect(a.notes).toEqual(b.notes);
  a.dispose();
  b.dispose();
}

describe('what lies before a site', () => {
  test.each(Object.entries(cases))('is run once for each example, whatever the points: %s', async (_, one) => {
    const { model, options } = await open(one);
    const inputs = x();
    const early = async (points: number, batchSize: number | 'auto') => {
      const method = pathMean(alphas(points));
      const rows = await kernelRows(async () =>
        (await attribute(model, inputs, { method, batchSize, ...options })).dispose(),
      );
      return rows.get('Tanh');
    };
    // Three layers of it, for: S(x), S(baseline), what is seen at the site of both, what passes it; four rows to compare,
    // and two for the last example, which is compared ahead.
    for (const batchSize of ['auto', 7] as const) {
      const few = await early(10, batchSize);
      expect(few).toBeLessThanOrEqual(3 * (5 * 3 + 6));
      expect(await early(60, batchSize)).toBe(few);
    }
  });

  test.each(Object.entries(cases))('leads to what a whole pass leads to: %s', async (_, one) => {
    const { model, options } = await open(one);
    const uncut = await whole(model);
    const inputs = x();
    for (const method of [pathMean(), elementAblation(), smooth(pathMean([0.3, 0.8]), { copies: 2 })]) {
      for (const batchSize of ['auto', 1, 7] as const) {
        const all = { method, batchSize, ...options };
        await same(await attribute(model, inputs, all), await attribute(uncut, inputs, all));
      }
    }
  });

  test('is run once for several targets too', async () => {
    const model = skipping();
    const inputs = x();
    const early = async (targets: number[], points: number) => {
      const all = { method: pathMean(alphas(points)), at: layer('site'), targets };
      const rows = await kernelRows(async () => {
        for (const why of await attributeEach(model, inputs, all)) why.dispose();
      });
      return rows.get('Tanh') ?? 0;
    };
    expect(await early([0, 1], 40)).toBe(await early([0, 1], 10));
  });

  test('is given the inputs that are not attributed', async () => {
    const [a, b] = [tf.input({ shape: [4], name: 'a' }), tf.input({ shape: [4], name: 'b' })];
    const early = apply(tf.layers.multiply(), apply(dense(4, 'early'), a), b);
    const late = apply(tf.layers.add(), apply(dense(4, 'site'), early), early);
    const model = tf.model({ inputs: [a, b], outputs: apply(dense(2, 'late'), late) });
    const [inputs, context] = [x(), random([3, 4], 6)];
    const options = { method: pathMean(), at: layer('site'), target: 1, context };
    await same(await attribute(model, inputs, options), await attribute(await whole(model), inputs, options));
  });
});
