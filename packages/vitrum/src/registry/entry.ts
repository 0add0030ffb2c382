import type { AttributionMethod } from '@vitrum/core';
import type { Option } from './option';

/** Makes a method from options that came as data: of a command line, a form, a file. The method checks them. */
export type MethodFactory = (options?: object) => AttributionMethod;

/** Makes a method out of another. */
export type WrapperFactory = (method: AttributionMethod, options?: object) => AttributionMethod;

export type Family = 'gradient' | 'perturbation' | 'layer';

interface About<Options> {
  /** What people call it: Integrated Gradients. */
  readonly title: string;
  /** What its values say, in one line that starts small and has no full stop. */
  readonly summary: string;
  readonly family: Family;
  /** Authors and year of its paper; absent where there is none. */
  readonly paper?: string;
  /** Model rows for each example, in words. */
  readonly cost: string;
  /** Whether it takes many rows for an example, so that threads help. @defaultValue false */
  readonly many?: boolean;
  /** Every option by name. */
  readonly options: { readonly [Name in keyof Required<Options>]: Option };
}

/** What a program needs to offer a method to a person. */
export interface MethodEntry extends About<Readonly<Record<string, unknown>>> {
  readonly make: MethodFactory;
}

/** The same for a method that is made of another. */
export interface WrapperEntry extends About<Readonly<Record<string, unknown>>> {
  readonly make: WrapperFactory;
}

/** An entry whose schema names each option of the function, which the compiler checks, and no other. */
export const method = <Options>(
  make: (options: Options) => AttributionMethod,
  about: About<NonNullable<Options>>,
): MethodEntry => ({ ...about, make: make as MethodFactory }); // options that come as data have no static type

export const wrapper = <Options>(
  make: (method: AttributionMethod, options: Options) => AttributionMethod,
  about: About<NonNullable<Options>>,
): WrapperEntry => ({ ...about, make: make as WrapperFactory }); // as above
