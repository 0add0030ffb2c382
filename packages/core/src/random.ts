import { AttributionError } from './errors';

/** What a draw is for, in integers of 0 … 2³² − 1. The same key gives the same numbers, whatever batch or order it is drawn in. */
export interface DrawKey {
  readonly example: number;
  readonly sample: number;
  readonly tensor: number;
}

/**
 * Random numbers as a pure function of (seed, kind of draw, key, element): nothing is remembered between calls, a longer draw
 * begins with the shorter one, and uniform, normal and integer draws with one key are independent of each other.
 * The bits are the same on every engine and platform.
 */
export interface Random {
  readonly seed: number;
  /** Of [low, high), in 2²⁴ equal steps. @defaultValue [0, 1) @throws AttributionError `option`, unless float32 holds low ≤ high. */
  uniform(key: DrawKey, size: number, low?: number, high?: number): Float32Array;
  /** Of mean 0. @defaultValue standard deviation 1 */
  normal(key: DrawKey, size: number, deviation?: number): Float32Array;
  /** Of 0 … below − 1, each exactly as likely. @throws AttributionError `option`, unless `below` is in 1 … 2³¹. */
  integers(key: DrawKey, size: number, below: number): Int32Array;
}

/** Streams of one key that share no bits. Integers use one more for every time a value is rejected. */
const stream = { uniform: 0, normal: 1, integers: 2 } as const;

/** @throws AttributionError `option`, if the seed is not a safe integer (of any sign). */
export function seededRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) {
    throw new AttributionError('option', {
      got: `seed ${seed}`,
      expected: 'an integer between −(2⁵³ − 1) and 2⁵³ − 1',
      fix: 'Round it, or leave it out for 0.',
    });
  }
  return {
    seed,

    uniform(key, size, low = 0, high = 1) {
      const [first, end] = [Math.fround(low), Math.fround(high)];
      if (!(first <= end && Number.isFinite(end - first))) {
        throw new AttributionError('option', {
          got: `bounds ${low} and ${high}`,
          expected: 'finite float32 numbers, the lower one first',
          fix: 'Swap or shrink them.',
        });
      }
      // Rounding to float32 must not reach the open end.
      const last = Math.max(first, previousFloat32(end));
      const result = new Float32Array(size);
      eachBlock(seed, stream.uniform, key, size, (words, i) => {
        for (let j = 0; j < 4; j++)
          result[i + j] = Math.min(last, first + ((words[j]! >>> 8) / 0x1000000) * (end - first));
      });
      return result;
    },

    normal(key, size, deviation = 1) {
      const result = new Float32Array(size);
      eachBlock(seed, stream.normal, key, size, (words, i) => {
        boxMuller(words[0]!, words[1]!, deviation, result, i);
        boxMuller(words[2]!, words[3]!, deviation, result, i + 2);
      });
      return result;
    },

    integers(key, size, below) {
      if (!(Number.isInteger(below) && below >= 1 && below <= 0x80000000)) {
        throw new AttributionError('option', {
          got: `integers below ${below}`,
          expected: 'an integer in 1 … 2³¹',
          fix: 'Give the number of values to choose from.',
        });
      }
      // The largest multiple of `below` that 32 bits hold: remainders of the values under it are equally likely.
      const fair = 0x100000000 - (0x100000000 % below);
      const result = new Int32Array(size);
      const again = new Uint32Array(4);
      eachBlock(seed, stream.integers, key, size, (words, i) => {
        for (let j = 0; j < 4; j++) {
          let word = words[j]!;
          for (let retry = 1; word >= fair; retry++) {
            block(again, seed, stream.integers + retry, key, i / 4);
            word = again[j]!;
          }
          result[i + j] = word % below;
        }
      });
      return result;
    },
  };
}

/** Visits the random words of elements i … i + 3. The last visit may go past `size`: a typed array ignores what is written there. */
function eachBlock(
  seed: number,
  of: number,
  key: DrawKey,
  size: number,
  visit: (words: Uint32Array, i: number) => void,
) {
  const words = new Uint32Array(4);
  for (let i = 0; i < size; i += 4) {
    block(words, seed, of, key, i / 4);
    visit(words, i);
  }
}

/** Fills `words` from the counter (index, tensor, sample, example); a safe seed leaves the upper 10 bits of the key for the stream. */
function block(
  words: Uint32Array,
  seed: number,
  of: number,
  { tensor, sample, example }: DrawKey,
  index: number,
): void {
  words[0] = index;
  words[1] = tensor;
  words[2] = sample;
  words[3] = example;
  philox(words, seed, (Math.floor(seed / 0x100000000) & 0x3fffff) | (of << 22));
}

/** Philox4x32-10: replaces the counter in `words` by its random bits (Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3). */
export function philox(words: Uint32Array, key0: number, key1: number): void {
  let [a, b, c, d] = [words[0]! | 0, words[1]! | 0, words[2]! | 0, words[3]! | 0];
  let [k0, k1] = [key0 | 0, key1 | 0];
  for (let round = 0; round < 10; round++) {
    const left = multiplyHigh(0xd2511f53, a);
    const right = multiplyHigh(0xcd9e8d57, c);
    const low = Math.imul(0xd2511f53, a);
    a = right ^ b ^ k0;
    b = Math.imul(0xcd9e8d57, c);
    c = left ^ d ^ k1;
    d = low;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  words[0] = a;
  words[1] = b;
  words[2] = c;
  words[3] = d;
}

/** The upper 32 bits of the unsigned product. */
function multiplyHigh(x: number, y: number): number {
  const [xh, xl, yh, yl] = [x >>> 16, x & 0xffff, y >>> 16, y & 0xffff];
  const middle = xh * yl + (Math.imul(xl, yl) >>> 16);
  return (xh * yh + (middle >>> 16) + ((xl * yh + (middle & 0xffff)) >>> 16)) | 0;
}

/**
 * Two independent normal numbers of two random words: √(−2 ln u) (cos φ, sin φ) (Box and Muller 1958), to ±6.7 deviations.
 * φ is a quarter turn, of two bits, and an angle within ±π/4, of the other 30, where the Taylor series are short.
 */
function boxMuller(word: number, turn: number, deviation: number, result: Float32Array, i: number): void {
  const radius = deviation * Math.sqrt(-2 * logarithm((word + 0.5) / 0x100000000));
  const angle = (((turn & 0x3fffffff) + 0.5) / 0x40000000 - 0.5) * (Math.PI / 2);
  const y = -angle * angle;
  let [cosine, sine] = [1, 1];
  for (let k = 16; k > 0; k -= 2) {
    cosine = 1 + (cosine * y) / (k * (k - 1));
    sine = 1 + (sine * y) / (k * (k + 1));
  }
  sine *= angle;
  const quarter = turn >>> 30;
  const sign = quarter & 2 ? -radius : radius;
  result[i] = sign * (quarter & 1 ? -sine : cosine);
  result[i + 1] = sign * (quarter & 1 ? cosine : sine);
}

/** ln x for 0 < x < ∞ within an ulp, by + − × ÷ alone (the argument reduction of fdlibm's e_log.c): Math.log differs between engines. */
export function logarithm(x: number): number {
  let [mantissa, exponent] = [x, 0];
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  for (; mantissa > Math.SQRT2; exponent++) mantissa /= 2;
  // ln(1 + f) = 2 artanh s = f − (f²/2 − s (f²/2 + 2s²/3 + 2s⁴/5 + …))
  const f = mantissa - 1;
  const s = f / (2 + f);
  const square = s * s;
  let series = 0;
  for (let k = 21; k > 1; k -= 2) series = (2 / k + series) * square;
  const half = (f * f) / 2;
  // ln 2 in two parts, the first with so few digits that its product with the exponent is exact.
  return exponent * 0.6931471803691238 - (half - (s * (half + series) + exponent * 1.9082149292705877e-10) - f);
}

function previousFloat32(x: number): number {
  const value = Float32Array.of(x);
  const bits = new Int32Array(value.buffer);
  if (x === 0) return -1.401298464324817e-45;
  bits[0]! += x > 0 ? -1 : 1;
  return value[0]!;
}
