import { customGrad, matMul, mul, relu, sin, sum, type Tensor, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { layer, tap } from '@vitrum/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../backends';
import { seeded } from '../seeded';
import { directionalCheck, directionalDerivatives } from './directional';

const weights = () => seeded(10, [4, 2]) as Tensor2D; // two dims, as made
const deep = (x: Tensor) => matMul(tap('hidden', sin(x)) as Tensor2D, weights()); // the shape it was given
/** The same value, and a gradient that is `factor` times the right one. */
const wrong = (factor: number) =>
  customGrad((x) => ({ value: mul(x as Tensor, 1), gradFunc: (dy) => mul(dy as Tensor, factor) }));
const inputs = () => seeded(1, [3, 4]);

describe.each(['cpu', 'wasm'])('on %s, a gradient', (backend) => {
  beforeAll(() => openBackend(backend));

  test('that is right passes, at the inputs and at a place inside', async () => {
    await directionalCheck(deep, inputs(), { target: 1 });
    await directionalCheck(deep, inputs(), { target: 1, at: layer('hidden') });
  });

  test('that is one percent off is found, and the message has both derivatives', async () => {
    const model = (x: Tensor) => deep(wrong(1.01)(x));
    const found = directionalCheck(model, inputs(), { target: 1 });
    await expect(found).rejects.toThrow(/example 0 along the gradient: .*, by differences .* \(allowed: /);
  });

  test('that is wrong behind a place is found there, and that is wrong before it is not', async () => {
    const at = layer('hidden');
    const before = (x: Tensor) => deep(wrong(2)(x));
    const behind = (x: Tensor) => wrong(2)(deep(x));
    await directionalCheck(before, inputs(), { target: 1, at });
    await expect(directionalCheck(behind, inputs(), { target: 1, at })).rejects.toThrow('by differences');
  });

  test('that is zero is no proof of anything', async () => {
    const dead = (x: Tensor) => deep(relu(mul(x, 0)));
    await expect(directionalCheck(dead, inputs(), { target: 1 })).rejects.toThrow('too small to be checked');
  });

  test('that points the wrong way is found though its length is right', async () => {
    const turned = customGrad((x) => ({
      value: mul(x as Tensor, 1),
      gradFunc: (dy) =>
        matMul(dy as unknown as Tensor2D, tensor2d([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], [4, 4])),
    }));
    const model = (x: Tensor) => deep(turned(x));
    await expect(directionalCheck(model, inputs(), { target: 1 })).rejects.toThrow('by differences');
  });

  test('is compared at several inputs together', async () => {
    const model = (a: Tensor, b: Tensor) => sum(mul(sin(a), b), 1, true);
    const found = await directionalDerivatives(model, [seeded(1, [2, 3]), seeded(2, [2, 3])], { directions: 1 });
    expect(found.map(({ direction, example }) => [direction, example])).toEqual([
      ['the gradient', 0],
      ['the gradient', 1],
      ['random direction 1', 0],
      ['random direction 1', 1],
    ]);
    await directionalCheck(model, [seeded(1, [2, 3]), seeded(2, [2, 3])]);
  });
});
