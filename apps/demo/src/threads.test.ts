import type { Model } from '@vitrum/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Helped, starting, threadsFor } from './threads';

const helped: Helped = { model: {} as Model, threads: 2 }; // nobody looks into it
const { signal } = new AbortController();

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test.each([
  [1, 0],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 4],
  [64, 4],
  [Number.NaN, 0],
])('of %d cores, %d have threads', (cores, threads) => {
  expect(threadsFor(cores)).toBe(threads);
});

test('threads are started when they are first asked for, and once', async () => {
  const start = vi.fn(async () => helped);
  const ask = starting(start);
  expect(start).not.toHaveBeenCalled();
  await expect(Promise.all([ask(signal), ask(signal)])).resolves.toEqual([helped, helped]);
  await expect(ask(signal)).resolves.toBe(helped);
  expect(start).toHaveBeenCalledTimes(1);
});

test('what cannot start is gone without, and not tried again', async () => {
  const start = vi.fn(async () => {
    throw new Error('there are no workers here');
  });
  const ask = starting(start);
  await expect(ask(signal)).resolves.toBeUndefined();
  await expect(ask(signal)).resolves.toBeUndefined();
  expect(start).toHaveBeenCalledTimes(1);
});

test('what starts late is waited for 3 s in all, and helps when it is there', async () => {
  let arrive = (_: Helped) => {};
  const ask = starting(() => new Promise((resolve) => (arrive = resolve)));
  const first = vi.fn();
  void ask(signal).then(first);
  await vi.advanceTimersByTimeAsync(2900);
  expect(first).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(first).toHaveBeenCalledWith(undefined);
  const second = ask(signal);
  await vi.advanceTimersByTimeAsync(0);
  await expect(second).resolves.toBeUndefined();
  arrive(helped);
  await expect(ask(signal)).resolves.toBe(helped);
});

test('who gives up waits no longer', async () => {
  const ask = starting(() => new Promise(() => undefined));
  const controller = new AbortController();
  const asked = ask(controller.signal);
  controller.abort();
  await expect(asked).resolves.toBeUndefined();
  await expect(ask(controller.signal)).resolves.toBeUndefined();
});
