import { tensor2d } from '@tensorflow/tfjs-core';
import { openBackend } from '@vitrum/testing';
import { beforeAll, expect, test } from 'vitest';
import { predictionsOf } from './predictions';

beforeAll(() => openBackend('cpu'));

/** The probabilities of the classes, the likeliest first, of a network that answers `scores`. */
async function probabilities(scores: number[], logits?: boolean): Promise<(number | undefined)[]> {
  const input = tensor2d([[0]]);
  const outputs = async () => [tensor2d([scores])];
  try {
    const predictions = await predictionsOf({ outputs, ...(logits !== undefined && { logits }) }, input);
    expect(predictions.map(({ score }) => score)).toEqual([...scores].sort((a, b) => b - a));
    return predictions.map(({ probability }) => probability);
  } finally {
    input.dispose();
  }
}

test('outputs from 0 to 1 that sum to 1 are probabilities', async () => {
  expect(await probabilities([0.25, 0.75])).toEqual([0.75, 0.25]);
});

test.each([
  ['leave 0 to 1', [2, -1, 0.5]],
  ['are all far above 1', [200, 300]],
  ['do not sum to 1', [0.5, 0.75]],
  ['sum to 1 and leave 0 to 1', [2, -1]],
  ['are one alone', [1]],
])('outputs that %s are scores and no more: a margin, a distance, a regression', async (_, scores) => {
  expect(await probabilities(scores)).toEqual(scores.map(() => undefined));
});

test('logits give the probabilities of their softmax', async () => {
  const [likelier, other] = await probabilities([0, Math.fround(Math.log(3))], true);
  expect(likelier).toBeCloseTo(0.75, 6);
  expect(other).toBeCloseTo(0.25, 6);
});
