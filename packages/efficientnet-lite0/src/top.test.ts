import { expect, test } from 'vitest';
import { labels } from './labels';
import { top } from './top';

const logits = (values: Record<number, number>): number[] => labels.map((_, index) => values[index] ?? -Infinity);

test('names a thousand classes', () => {
  expect(labels.length).toBe(1000);
  expect([labels[0], labels[281], labels[999]]).toEqual(['tench', 'tabby', 'toilet tissue']);
});

test('orders classes by softmax, equal ones as in the output', async () => {
  const best = await top(logits({ 3: 0, 5: Math.log(2), 9: 0 }), 3);
  expect(best.map(({ index, label }) => [index, label])).toEqual([
    [5, labels[5]],
    [3, labels[3]],
    [9, labels[9]],
  ]);
  for (const [place, probability] of [0.5, 0.25, 0.25].entries())
    expect(best[place]?.probability).toBeCloseTo(probability, 12);
});

test('keeps to finite numbers for large logits', async () => {
  const [first, second] = await top(logits({ 1: 1000, 2: 1000 }), 2);
  expect([first?.probability, second?.probability]).toEqual([0.5, 0.5]);
});

test('reads a tensor, and refuses a batch', async () => {
  const tensorOf = (values: number[]) => ({ data: async () => Float32Array.from(values) });
  expect((await top(tensorOf(logits({ 7: 1 })), 1))[0]).toEqual({ index: 7, label: labels[7], probability: 1 });
  await expect(top(tensorOf([...logits({}), ...logits({})]))).rejects.toThrow(/2000 logits/);
});
