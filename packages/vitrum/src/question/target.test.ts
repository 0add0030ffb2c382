import { expect, test } from 'vitest';
import { askedTargets } from './target';

const classes = { count: 4, labels: ['cock', 'crane', 'heron', 'crane'], ranked: [1, 3, 0, 2] };

test('a label that two classes share is told with its number, any other alone', () => {
  const titles = (options: Parameters<typeof askedTargets>[0]) =>
    askedTargets(options, classes).map(({ title }) => title);
  expect(titles({ target: 'top3' })).toEqual(['crane (1)', 'crane (3)', 'cock']);
  expect(titles({ contrast: '1:3' })).toEqual(['crane (1) rather than crane (3)']);
});

test('a class has its place in the output, a contrast and a neuron have none', () => {
  const places = (options: Parameters<typeof askedTargets>[0]) =>
    askedTargets(options, classes).map(({ index }) => index);
  expect(places({})).toEqual([1]);
  expect(places({ target: 'heron' })).toEqual([2]);
  expect(places({ contrast: '1:3' })).toEqual([undefined]);
  expect(places({ neuron: 'logits:2' })).toEqual([undefined]);
});
