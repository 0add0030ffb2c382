import { describe, expect, test } from 'vitest';
import type { Catalogue, MethodCard } from './card';
import type { Answer } from './question';
import { effort, inWords, number, percent, plainly, tell, whereabouts } from './words';

const card = (name: string, rest: Partial<MethodCard>): MethodCard => ({
  name,
  title: name,
  summary: '',
  family: 'gradient',
  options: {},
  against: 'one',
  where: 'both',
  complete: true,
  targetless: false,
  ...rest,
});
const catalogue: Catalogue = {
  methods: [card('one', {}), card('several', { against: 'several' }), card('activation', { targetless: true })],
  places: [],
};
const answer = (method: string, figures: Partial<Answer>): Answer => ({
  how: { method, options: {}, ground: 'white' },
  target: 282,
  map: { width: 1, height: 1, values: new Float32Array(1) },
  score: 9.26,
  notes: [],
  cost: { forward: 53, backward: 50, milliseconds: 4520 },
  threads: 0,
  memory: { tensors: 0, bytes: 0 },
  ...figures,
});

describe('an answer in words', () => {
  test('says how much of the difference it explains, rounded down', () => {
    const words = tell(answer('one', { baselineScore: -0.74, delta: 0.0399 }), catalogue);
    expect(words).toBe('Explains 99.6 % of the difference between this photograph (9.26) and white (−0.74).');
  });

  test('says 100 % only where nothing is left', () => {
    expect(tell(answer('one', { baselineScore: 0, delta: 1e-6 }), catalogue)).toContain('99.9 %');
    expect(tell(answer('one', { baselineScore: 0, delta: 0 }), catalogue)).toContain('100 %');
  });

  test('owns up to a sum that is off by more than all of it', () => {
    expect(tell(answer('one', { baselineScore: 9.2, delta: -3 }), catalogue)).toContain('next to nothing');
    expect(tell(answer('one', { baselineScore: 9.26, delta: 0 }), catalogue)).toContain('next to nothing');
  });

  test('names the several that it compares with, or the score alone', () => {
    expect(tell(answer('several', { baselineScore: 1, delta: 0 }), catalogue)).toContain(
      'black, grey and white (1.00)',
    );
    expect(tell(answer('one', { delta: 0 }), catalogue)).toBe('Explains 100 % of the score, 9.26.');
  });

  test('claims nothing for a method that promises nothing', () => {
    expect(tell(answer('one', {}), catalogue)).toMatch(/^Says where, not how much/);
    expect(tell(answer('activation', {}), catalogue)).toMatch(/^Shows what the network computed/);
  });

  test('says what it took', () => {
    expect(effort(answer('one', {}))).toBe('53 runs of the network and 50 back, 4.5 s');
    expect(effort(answer('one', { cost: { forward: 1, backward: 0, milliseconds: 12_400 } }))).toBe(
      '1 run of the network, 12 s',
    );
  });
});

test('whereabouts names the ninth of the picture where each sign is strongest', () => {
  const values = new Float32Array(81);
  values[8] = 2; // first row, last column
  values[80] = -1; // last row, last column
  values[40] = 0.5;
  const map = { width: 9, height: 9, values };
  expect(whereabouts(map, 'all')).toBe('most for it at the top right, most against it at the bottom right');
  expect(whereabouts(map, 'absolute')).toBe('most either way at the top right');
  expect(whereabouts({ ...map, values: new Float32Array(81).fill(1) }, 'negative')).toBe('nothing against it');
});

test('numbers are short, and never a false zero', () => {
  expect([0, 0.03154, -1.5, 12345.6, 0.000012].map(number)).toEqual(['0', '0.0315', '−1.5', '1.2e+4', '1.2e−5']);
  expect([0.4094, 0.0154, 0.0004, 0.0999].map(percent)).toEqual(['41 %', '1.5 %', '< 0.1 %', '10 %']);
});

test('options are named in words', () => {
  expect(inWords('multiplyByInputs')).toBe('multiply by inputs');
  expect(plainly('takes as many as `maxSteps` allows')).toBe('takes as many as “max steps” allows');
});
