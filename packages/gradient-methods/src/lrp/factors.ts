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

/** Back through copies and multiplications by weights: the same values up to scale. */
function unscaled(source: Source): Source {
  const [before, ...others] = inputsOf(source);
  const { kernel } = source.place;
  const scales = kernel === 'Multiply' || kernel === 'RealDiv' || kernel === 'Identity' || kernel === 'Cast';
  return before && others.length === 0 && scales && isElementwise(source.place) ? unscaled(before) : source;
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

/** Whether `source` comes from `kernels` through no more than copies and arithmetic with weights. */
function comesFrom(source: Source, ends: (place: Place) => boolean): boolean {
  for (let here = source; ; ) {
    if (ends(here.place)) return true;
    const [before, ...others] = inputsOf(here);
    const { kernel } = here.place;
    const simple = views.has(kernel) || kernel === 'Neg' || ['Add', 'Sub', 'Multiply', 'RealDiv'].includes(kernel);
    if (!before || others.length > 0 || !simple) return false;
    here = before;
  }
}

/** One over a norm or a standard deviation: held constant (Achtibat et al. 2024, §3.3). */
const isNormalizer = (factor: Source): boolean =>
  comesFrom(factor, ({ kernel }) => kernel === 'Rsqrt' || kernel === 'Reciprocal' || kernel === 'Pow');

/** A number between 0 and 1 that lets a signal through, as in an LSTM (Arras et al. 2017, §3). */
const isGate = (factor: Source): boolean =>
  comesFrom(
    factor,
    ({ kernel, attrs }) =>
      kernel === 'Sigmoid' || (kernel === 'ClipByValue' && attrs.clipValueMin === 0 && attrs.clipValueMax === 1),
  );

/** Whether the second input of a difference is the maximum of the first: it keeps exponentials in range and changes no result. */
export function isShift({ from }: Place): boolean {
  const [values, maximum] = from;
  if (!values || !maximum) return false;
  return comesFrom(maximum, ({ kernel, from: [of] }) => kernel === 'Max' && of !== undefined && isSame(of, values));
}
