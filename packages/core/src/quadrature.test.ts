import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttributionError } from './errors';
import { type Quadrature, type QuadratureName, quadrature } from './quadrature';

const names: QuadratureName[] = ['gauss-legendre', 'left', 'right', 'middle', 'trapezoid'];
const integral = ({ points, weights }: Quadrature, f: (alpha: number) => number): number =>
  points.reduce((sum, point, i) => sum + (weights[i] ?? NaN) * f(point), 0);
const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
const anyRule = fc.record({ name: fc.constantFrom(...names), steps: fc.integer({ min: 1, max: 200 }) });

describe('every rule', () => {
  test('has as many points as steps, ascending and within [0, 1]', () => {
    fc.assert(
      fc.property(anyRule, ({ name, steps }) => {
        const { points, weights } = quadrature(name, steps);
        expect([points.length, weights.length]).toEqual([steps, steps]);
        expect([...points].every((point, i) => point >= 0 && point <= 1 && point > (points[i - 1] ?? -1))).toBe(true);
      }),
    );
  });

  test('has positive weights that sum to 1', () => {
    fc.assert(
      fc.property(anyRule, ({ name, steps }) => {
        const { weights } = quadrature(name, steps);
        expect(weights.every((weight) => weight > 0)).toBe(true);
        expect(Math.abs(sum(weights) - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  test.each(['gauss-legendre', 'middle', 'trapezoid'] as const)('is symmetric about ½: %s', (name) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (steps) => {
        const { points, weights } = quadrature(name, steps);
        for (let i = 0; i < steps; i++) {
          expect((points[i] ?? NaN) + (points[steps - 1 - i] ?? NaN)).toBeCloseTo(1, 15);
          expect(weights[i]).toBe(weights[steps - 1 - i]);
        }
      }),
    );
  });

  test.each([
    ['left', 1],
    ['right', 1],
    ['middle', 2],
    ['trapezoid', 2],
  ] as const)('%s has an error that shrinks with the power %i of the interval', (name, order) => {
    const error = (intervals: number): number =>
      Math.abs(integral(quadrature(name, name === 'trapezoid' ? intervals + 1 : intervals), Math.exp) - (Math.E - 1));
    expect(Math.log2(error(200) / error(400))).toBeCloseTo(order, 2);
  });
});

test('left, right and middle cut [0, 1] into equal parts', () => {
  const quarter = Float64Array.of(0.25, 0.25, 0.25, 0.25);
  expect(quadrature('left', 4)).toEqual({ points: Float64Array.of(0, 0.25, 0.5, 0.75), weights: quarter });
  expect(quadrature('right', 4)).toEqual({ points: Float64Array.of(0.25, 0.5, 0.75, 1), weights: quarter });
  expect(quadrature('middle', 4)).toEqual({ points: Float64Array.of(0.125, 0.375, 0.625, 0.875), weights: quarter });
});

test('the trapezoid rule includes both ends at half weight', () => {
  expect(quadrature('trapezoid', 3)).toEqual({
    points: Float64Array.of(0, 0.5, 1),
    weights: Float64Array.of(0.25, 0.5, 0.25),
  });
  expect(quadrature('trapezoid', 1)).toEqual({ points: Float64Array.of(0.5), weights: Float64Array.of(1) });
});

describe('Gauss-Legendre', () => {
  /** Of [−1, 1]: the points that are not negative, with their weights. */
  const closedForms: Record<number, [number, number][]> = {
    1: [[0, 2]],
    2: [[Math.sqrt(1 / 3), 1]],
    3: [
      [0, 8 / 9],
      [Math.sqrt(3 / 5), 5 / 9],
    ],
    5: [
      [0, 128 / 225],
      [Math.sqrt(5 - 2 * Math.sqrt(10 / 7)) / 3, (322 + 13 * Math.sqrt(70)) / 900],
      [Math.sqrt(5 + 2 * Math.sqrt(10 / 7)) / 3, (322 - 13 * Math.sqrt(70)) / 900],
    ],
  };

  test.each([1, 2, 3, 5])('has the points and weights known in closed form for %i', (steps) => {
    const { points, weights } = quadrature('gauss-legendre', steps);
    const upper = closedForms[steps] ?? [];
    upper.forEach(([point, weight], i) => {
      const at = steps - upper.length + i;
      expect(Math.abs((points[at] ?? NaN) - (1 + point) / 2)).toBeLessThan(3e-16);
      expect(Math.abs((weights[at] ?? NaN) - weight / 2)).toBeLessThan(3e-16);
    });
  });

  test('is exact on polynomials of degree 2n − 1 and not on 2n', () => {
    for (let steps = 1; steps <= 40; steps++) {
      const rule = quadrature('gauss-legendre', steps);
      for (let degree = 0; degree < 2 * steps; degree++) {
        expect(Math.abs(integral(rule, (alpha) => alpha ** degree) - 1 / (degree + 1))).toBeLessThan(3e-15);
      }
    }
    for (let steps = 1; steps <= 10; steps++) {
      // The error of α²ⁿ is (n!)⁴ / ((2n + 1) ((2n)!)²).
      let error = 1 / (2 * steps + 1);
      for (let k = 1; k <= steps; k++) error *= (k / (steps + k)) ** 2;
      const got = 1 / (2 * steps + 1) - integral(quadrature('gauss-legendre', steps), (alpha) => alpha ** (2 * steps));
      expect(Math.abs(got - error)).toBeLessThan(3e-16 + 1e-9 * error);
    }
  });

  test.each([64, 255, 1024])('has its points where Pₙ changes sign within 1e-15, for n = %i', (steps) => {
    const { points } = quadrature('gauss-legendre', steps);
    const every = Math.max(1, Math.floor(steps / 64));
    for (let i = 0; i < steps; i += every) {
      const point = points[i] ?? NaN;
      expect(legendreSign(steps, point - 1e-15)).not.toBe(legendreSign(steps, point + 1e-15));
    }
  });

  test('has weights that agree with the outermost term of the asymptotic expansion for 4096 steps', () => {
    const { points, weights } = quadrature('gauss-legendre', 4096);
    // j₀² / (2n + 1)² and 1 / ((n + ½)² J₁(j₀)²) / 2, j₀ the first zero of the Bessel function J₀.
    expect(((points[0] ?? NaN) * (2 * 4096 + 1) ** 2) / 2.404825557695773 ** 2).toBeCloseTo(1, 6);
    expect((weights[0] ?? NaN) * 4096.5 ** 2 * 0.5191474972894669 ** 2).toBeCloseTo(1, 6);
    expect(Math.abs(sum(weights) - 1)).toBeLessThan(1e-14);
  });

  test('integrates e^α to full precision from 8 steps on', () => {
    for (const steps of [8, 20, 50, 1024]) {
      expect(Math.abs(integral(quadrature('gauss-legendre', steps), Math.exp) - (Math.E - 1))).toBeLessThan(1e-14);
    }
  });
});

test.each([0, -1, 1.5, NaN, Infinity])('%d steps are an error', (steps) => {
  for (const name of names) expect(() => quadrature(name, steps)).toThrow(AttributionError);
  expect(() => quadrature('left', steps)).toThrow(expect.objectContaining({ code: 'option' }));
});

test('an unknown rule is an error that names the known ones', () => {
  // A name that the types forbid, as JavaScript code could pass it.
  const unknown = 'toString' as QuadratureName;
  expect(() => quadrature(unknown, 3)).toThrow(/"toString".*gauss-legendre, left, right, middle, trapezoid/);
});

/** The sign of Pₙ(1 − 2u) by the textbook recurrence in integers: u has 2⁻²⁰⁰ as unit, and nothing is rounded by more. */
function legendreSign(degree: number, u: number): number {
  const bits = 200n;
  const x = (1n << bits) - (BigInt(u * 2 ** 100) << (bits - 99n));
  let previous = 0n;
  let value = 1n << bits;
  for (let k = 0n; k < degree; k++) {
    [previous, value] = [value, ((2n * k + 1n) * ((x * value) >> bits) - k * previous) / (k + 1n)];
  }
  return value < 0n ? -1 : 1;
}
