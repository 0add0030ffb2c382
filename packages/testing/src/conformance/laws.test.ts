import { keep, mean, mul, reshape, scalar, sub, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  asIs,
  defineMethod,
  multiplyByDifference,
  type Probe,
  path,
  sum,
  type Tensors,
  type Traits,
} from '@vitrum/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { denseToy, type Toy } from '../models';
import { describeMethod } from './describe-method';
import { laws } from './laws';
import type { Subject } from './subject';

const uses: readonly 'baseline'[] = ['baseline'];
const honest: Traits = { uses, deterministic: true, rowwise: true };

const method = (attribute: (probe: Probe) => Promise<Tensors>, traits: Partial<Traits> = {}): AttributionMethod =>
  defineMethod('trial', { ...honest, ...traits }, () => attribute)();

const gradient = async (probe: Probe): Promise<Tensor[]> =>
  (await probe.run({ points: asIs(), grad: [probe.site] }, sum())).mean.flat();

/** The gradient with something done to it. */
const spoilt = (spoil: (values: Tensor, probe: Probe) => Tensor) => async (probe: Probe) => {
  const values = await gradient(probe);
  const results = tidy(() => values.map((value) => spoil(value, probe)));
  for (const value of values) value.dispose();
  return results;
};

const kept: Tensor[] = [];
let toy: Toy;
let calls = 0;

/** Forgets that an evaluation can reject. */
async function leakyWhenStopped(probe: Probe): Promise<Tensor[]> {
  const mine = keep(scalar(1));
  kept.push(mine);
  const values = await gradient(probe);
  mine.dispose();
  return values;
}

/** A method that breaks the law, and says the truth of itself otherwise. */
const offenders: readonly (readonly [string, AttributionMethod])[] = [
  ['keeps the shape of what is attributed', method(spoilt((values) => reshape(values, [-1])))],
  ['gives finite numbers, not all of them zero', method(spoilt((values) => mul(values, Number.NaN)))],
  ['gives finite numbers, not all of them zero', method(spoilt((values) => zerosLike(values)))],
  ['gives zeros for a score that ignores its input', method(spoilt((values) => sub(values, 1)))],
  ['reports how far its sums are from completeness', method(gradient, { uses: [], complete: true })],
  ['explains a row alone as in a batch', method(spoilt((values) => sub(values, mean(values))))],
  [
    'gives the same in batches of any size',
    method(async (probe) => {
      let rows = 0;
      const step = ({ example }: { example: Int32Array }) => {
        rows = Math.max(rows, example.length);
      };
      await probe.run({ points: asIs() }, { step, result: () => {} });
      return probe.inputs.map((input) => tidy(() => mul(input, rows)));
    }),
  ],
  ['gives the same bits for the same call', method(spoilt((values) => mul(values, ++calls)))],
  ['gives the same bits for the same call', method(spoilt((values, { random }) => mul(values, random.seed)))],
  [
    'leaves the inputs as they were',
    method(async (probe) => {
      const values = await gradient(probe);
      (await probe.inputs[0]?.data())?.fill(9); // on cpu these are the tensor's own numbers
      return values;
    }),
  ],
  [
    'leaves the model as it was',
    method(async (probe) => {
      Reflect.set(toy.model, 'scribble', true);
      return gradient(probe);
    }),
  ],
  [
    'leaves no tensor behind',
    method(async (probe) => {
      kept.push(keep(scalar(1)));
      return gradient(probe);
    }),
  ],
  ['leaves no tensor behind when the model fails', method(leakyWhenStopped)],
  ['stops when it is aborted, with the reason, and leaves no tensor behind', method(leakyWhenStopped)],
  [
    'tells its progress up to the end',
    method(async (probe) => probe.inputs.map((input) => tidy(() => mul(input, 2))), { targetless: true }),
  ],
];

const held = (sentence: string, subject: Subject): Promise<void> => {
  const law = laws[sentence];
  expect(law).toBeDefined();
  return law?.(subject) ?? Promise.resolve();
};

describe('the laws catch a method that', () => {
  beforeAll(async () => {
    await openBackend('cpu');
    toy = denseToy();
  });
  afterAll(() => toy.dispose());

  test.each(offenders)('breaks "%s"', async (sentence, offender) => {
    const subject = { method: offender, toy, place: 'inputs' as const, baseline: 0.1, tolerance: 2e-5 };
    await expect(held(sentence, subject)).rejects.toThrow();
    for (const tensor of kept.splice(0)) tensor.dispose();
    Reflect.deleteProperty(toy.model, 'scribble');
  });

  test('reports another score than the model gives', async () => {
    const lying = { ...toy, predict: (inputs: Tensor) => mul(toy.predict(inputs), 2) };
    const subject = { method: method(gradient), toy: lying, place: 'inputs' as const, baseline: 0.1, tolerance: 2e-5 };
    await expect(held('reports the score the model gives', subject)).rejects.toThrow();
  });
});

describeMethod('a method that keeps to them', () =>
  method(async (probe) => {
    const { mean } = await probe.run({ points: path([0.5]), put: probe.site, grad: [probe.site] }, sum());
    return multiplyByDifference(probe, mean.flat());
  }),
);
