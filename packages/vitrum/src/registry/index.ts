import type { MethodEntry, MethodFactory, WrapperEntry, WrapperFactory } from './entry';
import { gradientMethods } from './gradient';
import { layerMethods } from './layer';
import { perturbationMethods } from './perturbation';
import { noiseWrappers } from './wrappers';

export { checkOptions, readOption } from './check';
export { closest, didYouMean } from './closest';
export type { Family, MethodEntry, MethodFactory, WrapperEntry, WrapperFactory } from './entry';
export {
  type BooleanOption,
  type ChoiceOption,
  expected,
  type IntegerOption,
  type LayerOption,
  type NumberOption,
  type Option,
  type SizesOption,
} from './option';

/** Every method by name, with what a program needs to offer it: what it is, what it costs, and the schema of its options. */
export const methodEntries: Readonly<Record<string, MethodEntry>> = {
  ...gradientMethods,
  ...perturbationMethods,
  ...layerMethods,
};

/** The same for methods that are made of another. */
export const wrapperEntries: Readonly<Record<string, WrapperEntry>> = noiseWrappers;

const makersOf = <Make>(entries: Readonly<Record<string, { readonly make: Make }>>): Readonly<Record<string, Make>> =>
  Object.fromEntries(Object.entries(entries).map(([name, { make }]) => [name, make]));

/** Every method by name, as a function of its options. */
export const methods: Readonly<Record<string, MethodFactory>> = makersOf(methodEntries);

/** Every method of methods by name, as a function of a method and options. */
export const wrappers: Readonly<Record<string, WrapperFactory>> = makersOf(wrapperEntries);
