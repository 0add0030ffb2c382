import { getBackend, memory, type Tensor } from '@tensorflow/tfjs-core';
import {
  type AttributionMethod,
  attribute,
  type Backend,
  defineMethod,
  path,
  prepare,
  sum,
  useBackend,
} from '@vitrum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { closeTo } from '../close-to';
import type { Numbers } from '../compare';
import { type Toy, toys } from '../models';
import { seeded } from '../seeded';

export interface DescribeBackendOptions {
  /** How far its numbers may be from those of cpu, as a share of the largest. @defaultValue 1e-5 */
  readonly tolerance?: number;
}

/** The mean gradient on the way from the baseline: several points, so that several rows run at once. */
const meanGradient: AttributionMethod = defineMethod(
  'meanGradient',
  { uses: ['baseline'], deterministic: true, rowwise: true },
  () => async (probe) => {
    const points = path([0.25, 0.5, 1]);
    return (await probe.run({ points, put: probe.site, grad: [probe.site] }, sum())).mean.flat();
  },
)();

/** What a backend is asked for, by the sentence that says it is right. */
export const questions: Readonly<Record<string, (toy: Toy, inputs: Tensor) => Promise<Tensor>>> = {
  'answers as on cpu': (toy, inputs) => Promise.resolve(toy.predict(inputs)),
  'has the gradients of cpu at the inputs': async (toy, inputs) =>
    (await attribute(toy.model, inputs, { method: meanGradient, target: 1 })).values,
  'has the gradients of cpu at a layer': async (toy, inputs) =>
    (await attribute(toy.model, inputs, { method: meanGradient, target: 1, at: toy.hidden.site })).values,
};

/** The answer of a toy model on the backend in use. */
export async function ask(
  question: (toy: Toy, inputs: Tensor) => Promise<Tensor>,
  makeToy: () => Toy,
): Promise<Numbers> {
  const toy = makeToy();
  const inputs = seeded(3, [3, ...toy.inputShape]);
  const answer = await question(toy, inputs);
  const result = { shape: answer.shape, values: await answer.data() };
  for (const tensor of [answer, inputs]) tensor.dispose();
  toy.dispose();
  return result;
}

/** Holds a backend to cpu on every kind of model. */
export function describeBackend(
  name: string,
  make: () => Backend,
  { tolerance = 1e-5 }: DescribeBackendOptions = {},
): void {
  describe(`the backend ${name}`, () => {
    test('is in use under its name once opened, and can be opened again', async () => {
      await useBackend(make());
      expect(getBackend()).toBe(make().name);
      await useBackend(make());
      expect(getBackend()).toBe(make().name);
    });

    describe.each(Object.entries(toys))('with the model: %s', (_, makeToy) => {
      const expected = new Map<string, Numbers>();
      beforeAll(async () => {
        await openBackend('cpu');
        for (const [sentence, question] of Object.entries(questions))
          expected.set(sentence, await ask(question, makeToy));
        await useBackend(make());
      });

      test.each(Object.entries(questions))('%s', async (sentence, question) => {
        expect(getBackend()).toBe(make().name);
        await closeTo(await ask(question, makeToy), expected.get(sentence) ?? [], { absolute: 0, relative: tolerance });
      });

      test('frees with a model all that it derived from the weights', async () => {
        const toy = makeToy();
        const inputs = seeded(3, [3, ...toy.inputShape]);
        const before = memory().numTensors;
        const model = await prepare(toy.model);
        for (let call = 0; call < 3; call++) {
          (await attribute(model, inputs, { method: meanGradient, target: 1 })).dispose();
        }
        model.dispose();
        expect(memory().numTensors).toBe(before);
        toy.dispose();
      });
    });
  });
}
