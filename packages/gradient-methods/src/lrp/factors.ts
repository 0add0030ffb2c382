import type { Place, Source } from '@vitrum/core';
import { kindOf } from './kinds';

/** Which of two factors that both depend on the input a product gives its relevance to; `undefined` for half each. */
export function carrier(place: Place, gates: 'even' | 'signal'): number | undefined {
  const [a, b] = place.from;
  if (!a || !b || isSame(a, b)) return undefined;
  const without = (test: (factor: Source, other: Source) => boolean) => {
    const [first, second] = [test(a, b), test(b, a)];
    return first === second ? undefined : first ? 1 : 0;
  };
  return without(isOwnGate) ?? without(isNormalizer) ?? (gates === 'signal' ? without(isGate) : undefined);
}

const isSame = (a: Source, b: Source): boolean => a.place === b.place && a.output === b.output;
const inputsOf = ({ place }: Source): Source[] => place.from.filter((source) => source !== undefined);

/** Whether the operation works on each element by itself. */
function isElementwise({ kernel, from, inputShapes, outputShapes }: Place): boolean {
  const kind = kindOf(kernel);
  const [shape = []] = outputShapes;
  const ofOneShape = from.every((source, i) => !source || String(inputShapes[i]) === String(shape));
  if (!ofOneShape || kernel === 'LRN') return false;
  return (
    kind === 'activation' || kind === 'extremum' || kind === 'product' || kind === 'quotient' || arithmetic.has(kernel)
  );
}
const arithmetic = new Set(['Add', 'Sub', 'Identity', 'Cast']);
const views = new Set(['Identity', 'Cast', 'Reshape', 'ExpandDims', 'Tile']);

/** A product with a weight, or a quotient by one. */
const isScaled = ({ kernel, from }: Place): boolean =>
  from.filter(Boolean).length === 1 && (kernel === 'Multiply' || (kernel === 'RealDiv' && from[0] !== undefined));

/** Back through copies and scalings: the same values up to scale. */
function unscaled(source: Source): Source {
  const { place } = source;
  const [before] = inputsOf(source);
  const same = place.kernel === 'Identity' || place.kernel === 'Cast' || isScaled(place);
  return before && same && isElementwise(place) ? unscaled(before) : source;
}

/**
 * Whether `factor` is an elementwise function of `other` alone: then the product is an activation, such as GELU and swish,
 * x · g(x), and passes relevance to x unchanged.
 */
function isOwnGate(factor: Source, other: Source): boolean {
  const origin = unscaled(other);
  const seen = new Set<Place>();
  const leads = (source: Source): boolean => {
    if (isSame(source, origin)) return true;
    if (seen.has(source.place)) return true;
    seen.add(source.place);
    const before = inputsOf(source);
    return seen.size < 64 && before.length > 0 && isElementwise(source.place) && before.every(leads);
  };
  return !isSame(unscaled(factor), origin) && leads(factor);
}

/** Whether going back from `source`, past operations that do not matter, one is met that does. */
function comesFrom(source: Source, ends: (place: Place) => boolean, past: (place: Place) => boolean): boolean {
  for (let here: Source | undefined = source; here; here = inputsOf(here)[0]) {
    if (ends(here.place)) return true;
    if (inputsOf(here).length !== 1 || !past(here.place)) return false;
  }
  return false;
}

const isView = ({ kernel }: Place): boolean => views.has(kernel);
/** Copies, and arithmetic with weights. */
const isAffine = (place: Place): boolean =>
  isView(place) || isScaled(place) || ['Neg', 'Add', 'Sub'].includes(place.kernel);

/** One over a norm or a standard deviation: held constant (Achtibat et al. 2024). */
const isNormalizer = (factor: Source): boolean =>
  comesFrom(
    factor,
    ({ kernel, from }) =>
      kernel === 'Rsqrt' || kernel === 'Reciprocal' || kernel === 'Pow' || (kernel === 'RealDiv' && !from[0]),
    isAffine,
  );

/** A number between 0 and 1 that lets a signal through, as in an LSTM (Arras et al. 2017). */
const isGate = (factor: Source): boolean =>
  comesFrom(
    factor,
    ({ kernel, attrs }) =>
      kernel === 'Sigmoid' || (kernel === 'ClipByValue' && attrs.clipValueMin === 0 && attrs.clipValueMax === 1),
    isAffine,
  );

/** Whether the second input of a difference is the maximum of the first: it keeps exponentials in range and changes no result. */
export function isShift({ from }: Place): boolean {
  const [values, maximum] = from;
  if (!values || !maximum) return false;
  const isMaximum = ({ kernel, from: [of] }: Place) => kernel === 'Max' && of !== undefined && isSame(of, values);
  return comesFrom(maximum, isMaximum, isView);
}
