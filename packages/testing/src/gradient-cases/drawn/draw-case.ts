import fc from 'fast-check';
import type { KernelCase } from '../../gradcheck/kernel-case';
import { seededBy, sizeOf } from '../../gradcheck/values';

/** Cases made of drawn parameters; the values in them come from a seed of their own, so that shapes alone shrink. */
export const cases = <T>(parameters: fc.Arbitrary<T>, make: (parameters: T) => KernelCase): fc.Arbitrary<KernelCase> =>
  fc.tuple(parameters, fc.noShrink(fc.nat(9999))).map(([drawn, seed]) => seededBy(seed + 2, () => make(drawn)));

/** Whole numbers from `least` to `most`. */
export const whole = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most });

/** Most elements of a drawn tensor. */
const limit = 96;

/** Shapes of `least` to `most` axes, few elements in all; now and then an axis has none. */
export const shapes = (least: number, most: number, empty = true): fc.Arbitrary<number[]> => {
  const lists = (from: number, upTo: number, axes = most) =>
    fc.array(whole(from, upTo), { minLength: least, maxLength: Math.max(least, axes) });
  const some = fc
    .oneof({ weight: 2, arbitrary: lists(1, 4, Math.min(most, 3)) }, { weight: 2, arbitrary: lists(1, 2) })
    .filter((shape) => sizeOf(shape) <= limit);
  return empty && most > 0 ? fc.oneof({ weight: 9, arbitrary: some }, { weight: 1, arbitrary: lists(0, 2) }) : some;
};

/** For kernels that wasm runs only where there is something to run on. */
export const exceptEmpty = (shape: readonly number[]): Pick<KernelCase, 'except'> =>
  sizeOf(shape) === 0 ? { except: { wasm: 'divides by zero where an axis has no elements' } } : {};

/** Two shapes that broadcast against each other, up to rank 6. */
export const broadcastable: fc.Arbitrary<[number[], number[]]> = shapes(0, 6).chain((shape) =>
  fc
    .record({
      kept: fc.array(fc.constantFrom('both', 'left', 'right'), { minLength: shape.length, maxLength: shape.length }),
      dropped: whole(0, shape.length),
      from: fc.constantFrom('left', 'right'),
    })
    .map(({ kept, dropped, from }): [number[], number[]] => {
      const side = (name: string) => {
        const whole = shape.map((size, i) => (kept[i] === 'both' || kept[i] === name ? size : 1));
        return name === from ? whole.slice(dropped) : whole;
      };
      return [side('left'), side('right')];
    }),
);

/** The entries of `list` in some order. */
export const permuted = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
  fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length });

/** An axis of a shape, counted from either end. */
export const axisOf = (rank: number): fc.Arbitrary<number> => whole(-rank, rank - 1);

export const flag: fc.Arbitrary<boolean> = fc.boolean();
