import { slice, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { backendsHere } from '../backends-here';
import { closeTo } from '../close-to';
import { seeded } from '../seeded';
import { toys } from './index';
import { classes } from './toy';

describe.each(Object.entries(toys))('the toy %s', (_, make) => {
  beforeAll(() => openBackend('cpu'));

  test('tells examples and classes apart, and every row by itself', async () => {
    const toy = make();
    const inputs = seeded(1, [3, ...toy.inputShape]);
    const outputs = toy.predict(inputs);
    expect(outputs.shape).toEqual([3, classes]);
    const values = await outputs.data();
    expect(new Set(values).size).toBe(3 * classes);
    const alone = tidy(() => toy.predict(slice(inputs, [1], [1])));
    await closeTo(
      { shape: [1, classes], values: await alone.data() },
      { shape: [1, classes], values: values.slice(3, 6) },
    );
    outputs.dispose();
    toy.dispose();
  });

  test('answers the same on every backend and every time it is made', async () => {
    const answers: number[][] = [];
    for (const backend of backendsHere) {
      await openBackend(backend);
      const toy = make();
      const outputs = toy.predict(seeded(1, [2, ...toy.inputShape]));
      answers.push([...(await outputs.data())]);
      outputs.dispose();
      toy.dispose();
    }
    const [first = [], ...others] = answers;
    for (const other of others) await closeTo(other, first);
  });
});
