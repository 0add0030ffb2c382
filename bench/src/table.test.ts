import { expect, test } from 'vitest';
import { table } from './table';

const lastRow = (text: string) =>
  text
    .split('\n')
    .at(-1)
    ?.split(' | ')
    .map((cell) => cell.replaceAll('|', '').trim());

test('a line shows least and median of both sides, their ratios, and whether the bar holds for the median', () => {
  const line = {
    section: 'peer',
    what: 'saliency',
    ours: [20, 30, 25],
    against: { name: 'Captum', runs: [10, 10, 20] },
    bar: 2.2,
    goal: 1.5,
  };
  expect(lastRow(table([line]))).toEqual([
    'peer',
    'saliency',
    '20 · 25 ms',
    'Captum',
    '10 · 10 ms',
    '2 · 2',
    '2.2 · 1.5: met',
    '',
  ]);
  expect(table([{ ...line, ours: [30, 30, 60] }])).toContain('missed');
  expect(table([{ ...line, ours: [10, 10, 20] }])).toContain('goal met');
});

test('without anything to compare with, the bar is for the value itself', () => {
  expect(lastRow(table([{ section: 'overhead', what: 'x', unit: 'µs', ours: [4, 6, 1234], bar: 5 }]))).toEqual([
    'overhead',
    'x',
    '4 · 6 µs',
    '',
    '',
    '',
    '5: missed',
    '',
  ]);
});

test('what could not be measured is a line that says so', () => {
  expect(lastRow(table([{ section: 'network', what: 'node', absent: 'not installed' }]))?.slice(0, 3)).toEqual([
    'network',
    'node',
    'not installed',
  ]);
});
