import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { open } from '../inputs';
import { functionModel } from '../model/function-model';
import { inBatches } from './batches';
import { openSession, type Session, type SessionOptions } from './session';

beforeAll(() => tf.setBackend('cpu'));

/** The batches that `total` rows are cut into, when a row takes 100 bytes. */
async function plan(
  total: number,
  options: SessionOptions = {},
  more: Partial<Session> = {},
): Promise<[number, number][]> {
  const batches: [number, number][] = [];
  const session = {
    ...openSession(
      functionModel((x: tf.Tensor) => x),
      open(
        [],
        functionModel((x: tf.Tensor) => x),
      ),
      options,
    ),
    ...more,
  };
  await inBatches(session, total, async (start, end) => evaluated(start, end, () => void batches.push([start, end])));
  return batches;
}

/** A batch in which all rows answer the same, whatever is beside them. */
const evaluated = (start: number, end: number, use: () => void) => ({
  rows: end - start,
  outputs: [tf.ones([end - start, 2])],
  bytes: 100 * (end - start),
  use,
  dispose: () => undefined,
});
const fixed = (rows: number) => ({ model: { ...functionModel((x: tf.Tensor) => x), rows } });
const backend = (rows: number) => ({ backend: { name: 'cpu', open: () => Promise.resolve(), rows } });

describe('a batch plan', () => {
  test('covers every row once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(40),
        fc.option(fc.integer({ min: 1, max: 50 })),
        fc.integer({ min: 1, max: 5000 }),
        async (total, size, memory) => {
          const batches = await plan(total, { batchSize: size ?? 'auto', memory });
          expect(batches.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i))).toEqual(
            Array.from({ length: total }, (_, i) => i),
          );
        },
      ),
    );
  });

  test('has batches of the size asked for', async () => {
    expect(await plan(7, { batchSize: 3 })).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
  });

  test('learns from one row how many have room', async () => {
    expect(await plan(9, { memory: 450 })).toEqual([
      [0, 1],
      [1, 5],
      [5, 9],
    ]);
    expect(await plan(3, { memory: 1 })).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test('takes no more rows than the backend gains from', async () => {
    expect(await plan(20)).toEqual([
      [0, 1],
      [1, 9],
      [9, 17],
      [17, 20],
    ]);
    expect(await plan(9, {}, backend(4))).toEqual([
      [0, 1],
      [1, 5],
      [5, 9],
    ]);
  });

  test('for a model with a fixed batch has no other', async () => {
    expect(await plan(3, { batchSize: 8 }, fixed(1))).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  test('stops at a batch once it is told to', async () => {
    const controller = new AbortController();
    const session = openSession(
      functionModel((x: tf.Tensor) => x),
      open(
        [],
        functionModel((x: tf.Tensor) => x),
      ),
      { batchSize: 1, signal: controller.signal },
    );
    const reason = new Error('enough');
    let batches = 0;
    const run = inBatches(session, 9, async (start, end) =>
      evaluated(start, end, () => {
        if (++batches === 4) controller.abort(reason);
      }),
    );
    await expect(run).rejects.toBe(reason);
    expect(batches).toBe(4);
  });
});
