import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttributionError } from './errors';
import { logarithm, philox, seededRandom } from './random';

const origin = { example: 0, sample: 0, tensor: 0 };
const kinds = ['uniform', 'normal', 'integers'] as const;
const draw = (kind: (typeof kinds)[number], seed: number, key: typeof origin, size: number): number[] => {
  const random = seededRandom(seed);
  return [...(kind === 'integers' ? random.integers(key, size, 0x60000000) : random[kind](key, size))];
};
const anyWord = fc.integer({ min: 0, max: 0xffffffff });
const anyKey = fc.record({ example: anyWord, sample: anyWord, tensor: anyWord });
const anyDraw = fc.record({
  kind: fc.constantFrom(...kinds),
  seed: fc.maxSafeInteger(),
  key: anyKey,
});

describe('Philox4x32-10', () => {
  test.each([
    ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ])('turns counter %s under key %s into the published %s', (counter, key, expected) => {
    const words = Uint32Array.from(fromHex(counter));
    const [key0 = 0, key1 = 0] = fromHex(key);
    philox(words, key0, key1);
    expect([...words]).toEqual(fromHex(expected));
  });

  test('equals the definition written in big integers', () => {
    fc.assert(
      fc.property(fc.tuple(anyWord, anyWord, anyWord, anyWord), anyWord, anyWord, (counter, key0, key1) => {
        const words = Uint32Array.from(counter);
        philox(words, key0, key1);
        expect([...words]).toEqual(slowPhilox(counter, key0, key1));
      }),
    );
  });
});

describe('every draw', () => {
  test('begins with the shorter draw of the same key', () => {
    fc.assert(
      fc.property(anyDraw, fc.nat(50), fc.nat(50), ({ kind, seed, key }, shorter, more) => {
        const long = draw(kind, seed, key, shorter + more);
        expect(draw(kind, seed, key, shorter)).toEqual(long.slice(0, shorter));
      }),
    );
  });

  test('changes altogether with the seed, the example, the sample or the tensor', () => {
    fc.assert(
      fc.property(anyDraw, ({ kind, seed, key }) => {
        const flip = (word: number): number => (word ^ 1) >>> 0;
        const others = [
          draw(kind, seed > 0 ? seed - 1 : seed + 1, key, 20),
          draw(kind, seed > 0 ? seed - 0x100000000 : seed + 0x100000000, key, 20),
          draw(kind, seed, { ...key, example: flip(key.example) }, 20),
          draw(kind, seed, { ...key, sample: flip(key.sample) }, 20),
          draw(kind, seed, { ...key, tensor: flip(key.tensor) }, 20),
        ];
        const one = draw(kind, seed, key, 20);
        // One of 20 may be equal by chance.
        for (const other of others) expect(other.filter((value, i) => value === one[i]).length).toBeLessThan(2);
      }),
    );
  });

  test('is uncorrelated with its neighbours in seed, example, sample, tensor and kind', () => {
    const size = 40_000;
    const random = seededRandom(7);
    const one = random.normal(origin, size);
    const others = [
      seededRandom(8).normal(origin, size),
      seededRandom(-7).normal(origin, size),
      random.normal({ ...origin, example: 1 }, size),
      random.normal({ ...origin, sample: 1 }, size),
      random.normal({ ...origin, tensor: 1 }, size),
      random.uniform(origin, size, -1, 1),
      Float32Array.from(random.integers(origin, size, 1000), (value) => value - 499.5),
      one.map((_, i) => one[(i + 1) % size] ?? NaN),
    ];
    for (const other of others) expect(Math.abs(correlation(one, other))).toBeLessThan(4 / Math.sqrt(size));
  });

  test('has the bits it has always had', () => {
    const random = seededRandom(20_260_101);
    const key = { example: 1, sample: 2, tensor: 3 };
    expect(hash(random.uniform(key, 10_001, -3, 5))).toBe('b2e65553');
    expect(hash(random.normal(key, 10_001, 0.5))).toBe('4b34427a');
    expect(hash(random.integers(key, 10_001, 1_500_000_000))).toBe('945cead9');
  });
});

describe('uniform', () => {
  test('passes the Kolmogorov-Smirnov test', () => {
    const size = 100_000;
    const distance = kolmogorov(seededRandom(1).uniform(origin, size, -2, 6), (x) => (x + 2) / 8);
    expect(distance * Math.sqrt(size)).toBeLessThan(1.63); // exceeded by 1 in 100 seeds
  });

  test('never reaches its upper bound, and is the bound where both are one', () => {
    for (const [low, high] of [[1, 2] as const, [-2, -1] as const, [-1, 0] as const, [1e8, 1e8 + 8] as const]) {
      const values = seededRandom(3).uniform(origin, 100_000, low, high);
      expect(values.every((value) => value >= low && value < high)).toBe(true);
    }
    expect(seededRandom(3).uniform(origin, 2, 0.1, 0.1)).toEqual(Float32Array.of(0.1, 0.1));
  });

  test.each([
    [1, 0],
    [NaN, 1],
    [0, Infinity],
    [-Infinity, 0],
    [0, 1e300],
  ])('bounds that no float32 can lie between are an error: %d and %d', (low, high) => {
    expect(() => seededRandom(0).uniform(origin, 1, low, high)).toThrow(expect.objectContaining({ code: 'option' }));
  });
});

describe('normal', () => {
  const size = 400_000;
  const values = seededRandom(2).normal(origin, size);

  test('has the moments 0, 1, 0, 3 and those of a tail', () => {
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / size;
    // Within 4 standard errors: √(variance of the power / size).
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / size));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / size));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / size));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / size));
    const beyond = values.filter((value) => Math.abs(value) > 3).length;
    const expected = 2 * (1 - normalDistribution(3)) * size;
    expect(Math.abs(beyond - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  test('passes the Kolmogorov-Smirnov test', () => {
    expect(kolmogorov(values, normalDistribution) * Math.sqrt(size)).toBeLessThan(1.63);
  });

  test('has the square of the radius of each pair distributed as χ²₂', () => {
    const squares = Float32Array.from(
      { length: size / 2 },
      (_, i) => (values[2 * i] ?? 0) ** 2 + (values[2 * i + 1] ?? 0) ** 2,
    );
    expect(kolmogorov(squares, (x) => 1 - Math.exp(-x / 2)) * Math.sqrt(size / 2)).toBeLessThan(1.63);
  });

  test('is the transform of Box and Muller', () => {
    const words = Uint32Array.of(0, 0, 0, 0);
    philox(words, 2, 1 << 22);
    const [u, turn] = [((words[0] ?? 0) + 0.5) / 2 ** 32, words[1] ?? 0];
    const angle = (Math.PI / 2) * (Math.floor(turn / 2 ** 30) + ((turn % 2 ** 30) + 0.5) / 2 ** 30 - 0.5);
    const radius = Math.sqrt(-2 * Math.log(u));
    expect(values[0]).toBeCloseTo(radius * Math.cos(angle), 6);
    expect(values[1]).toBeCloseTo(radius * Math.sin(angle), 6);
  });

  test('scales with the deviation', () => {
    expect(seededRandom(2).normal(origin, 100, 4)).toEqual(values.slice(0, 100).map((value) => 4 * value));
  });
});

describe('integers', () => {
  test.each([1, 2, 3, 7, 1000])('are equally likely below %i', (below) => {
    const size = 100_000;
    const counts = new Array<number>(below).fill(0);
    for (const value of seededRandom(5).integers(origin, size, below)) counts[value] = (counts[value] ?? NaN) + 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - size / below) ** 2 / (size / below), 0);
    expect(chiSquare).toBeLessThanOrEqual(below - 1 + 4 * Math.sqrt(2 * (below - 1)));
  });

  test('are equally likely where a remainder of 32 bits would not be', () => {
    const size = 100_000;
    const below = 0x60000000; // 2³² is 2⅔ times this: a remainder is below ⅔ of it in 3 of 4 draws
    const values = seededRandom(6).integers(origin, size, below);
    expect(kolmogorov(values, (x) => (x + 1) / below) * Math.sqrt(size)).toBeLessThan(1.63);
    expect(values.every((value) => value >= 0)).toBe(true);
  });

  test('reach up to 2³¹ − 1', () => {
    expect(Math.max(...seededRandom(6).integers(origin, 10_000, 2 ** 31))).toBeGreaterThan(2 ** 31 * 0.999);
  });

  test.each([0, -1, 1.5, NaN, 2 ** 31 + 1])('below %d are an error', (below) => {
    expect(() => seededRandom(0).integers(origin, 1, below)).toThrow(expect.objectContaining({ code: 'option' }));
  });
});

describe('seeds', () => {
  test.each([0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])('%d is one', (seed) => {
    expect(seededRandom(seed).seed).toBe(seed);
  });

  test.each([0.5, NaN, Infinity, 2 ** 53])('%d is an error', (seed) => {
    expect(() => seededRandom(seed)).toThrow(AttributionError);
    expect(() => seededRandom(seed)).toThrow(expect.objectContaining({ code: 'option' }));
  });
});

test('the logarithm is within an ulp of the real one', () => {
  const close = (x: number): void => {
    const expected = Math.log(x);
    expect(Math.abs(logarithm(x) - expected)).toBeLessThanOrEqual(2 ** -52 * Math.abs(expected));
  };
  fc.assert(fc.property(fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true }), close), {
    numRuns: 1000,
  });
  fc.assert(fc.property(fc.double({ min: 0.5, max: 2, noNaN: true }), close), { numRuns: 1000 });
  fc.assert(
    fc.property(anyWord, (word) => close((word + 0.5) / 2 ** 32)),
    { numRuns: 1000 },
  );
  expect(logarithm(1)).toBe(0);
});

const fromHex = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16));

function slowPhilox(counter: readonly number[], key0: number, key1: number): number[] {
  const mask = 0xffffffffn;
  let [a = 0n, b = 0n, c = 0n, d = 0n] = counter.map(BigInt);
  let [k0, k1] = [BigInt(key0), BigInt(key1)];
  for (let round = 0; round < 10; round++) {
    const [left, right] = [a * 0xd2511f53n, c * 0xcd9e8d57n];
    [a, b, c, d] = [(right >> 32n) ^ b ^ k0, right & mask, (left >> 32n) ^ d ^ k1, left & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [a, b, c, d].map(Number);
}

function correlation(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * (y[i] ?? NaN), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** The largest distance between the distribution of the values and the one they should have. */
function kolmogorov(values: Float32Array | Int32Array, distribution: (x: number) => number): number {
  return Float64Array.from(values)
    .sort()
    .reduce((largest, value, i, { length }) => {
      const expected = distribution(value);
      return Math.max(largest, expected - i / length, (i + 1) / length - expected);
    }, 0);
}

/** ½ + φ(x) (x + x³/3 + x⁵/15 + …). */
function normalDistribution(x: number): number {
  let [term, sum] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** FNV-1a of the bits. */
function hash({ buffer }: Float32Array | Int32Array): string {
  const bits = new Uint32Array(buffer).reduce((state, word) => Math.imul(state ^ word, 0x01000193), 0x811c9dc5 | 0);
  return (bits >>> 0).toString(16);
}
