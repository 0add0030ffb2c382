import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percent, sentences, summarize } from './summary';

test('counts as one would by hand', () => {
  const whole = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(whole, (values) => {
      const { largest, least, sum, positive, negative } = summarize(values);
      expect([largest.value, largest.index]).toEqual([Math.max(...values), values.indexOf(Math.max(...values))]);
      expect([least.value, least.index]).toEqual([Math.min(...values), values.indexOf(Math.min(...values))]);
      expect(sum).toBe(values.reduce((a, b) => a + b, 0));
      const mass = values.map(Math.abs).reduce((a, b) => a + b, 0);
      const raised = values.filter((value) => value > 0).reduce((a, b) => a + b, 0);
      expect(positive).toBeCloseTo(mass === 0 ? 0 : raised / mass, 12);
      expect(negative).toBeCloseTo(mass === 0 ? 0 : (mass - raised) / mass, 12);
    }),
  );
});

test('says the extremes, where they are, and the shares', () => {
  expect(sentences(summarize([0, 3, -1]), (index) => `at ${index}`)).toBe(
    'Largest 3.0 at 1; least −1.0 at 2. 75 % of the absolute sum is positive, 25 % negative; the sum is 2.0.',
  );
  expect(sentences(summarize([0, 0]), () => '')).toBe('All attributions are zero.');
});

test('rounds nothing to none or all that is not', () => {
  expect([0, 0.004, 0.5, 0.996, 1].map(percent)).toEqual(['0 %', 'less than 1 %', '50 %', 'more than 99 %', '100 %']);
});
