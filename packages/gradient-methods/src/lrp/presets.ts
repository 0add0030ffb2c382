import type { Choice, Composite } from './composite';
import type { RelevanceRule } from './rules';

export interface EpsilonCompositeOptions {
  /** @defaultValue 1e-9 */
  readonly epsilon?: number;
  /** @defaultValue false */
  readonly mergeBatchNorm?: boolean;
}

/** Options of the composites that treat convolutions and dense layers differently. */
export interface PresetOptions {
  /** Of the ε-rule, for all but convolutions. @defaultValue 1e-6 */
  readonly epsilon?: number;
  /** @defaultValue true */
  readonly mergeBatchNorm?: boolean;
}

export interface GammaBoxOptions extends PresetOptions {
  /** The least an input can be: a number, or one for each channel. */
  readonly low: number | readonly number[];
  /** The most it can be. */
  readonly high: number | readonly number[];
  /** @defaultValue 0.25 */
  readonly gamma?: number;
}

/** A preset by name, with its options. */
export type PresetData =
  | 'epsilonComposite'
  | 'epsilonPlus'
  | 'epsilonPlusFlat'
  | 'epsilonAlpha2Beta1'
  | 'epsilonAlpha2Beta1Flat'
  | ({ readonly name: 'epsilonComposite' } & EpsilonCompositeOptions)
  | ({
      readonly name: 'epsilonPlus' | 'epsilonPlusFlat' | 'epsilonAlpha2Beta1' | 'epsilonAlpha2Beta1Flat';
    } & PresetOptions)
  | ({ readonly name: 'epsilonGammaBox' } & GammaBoxOptions);

/** ε everywhere. With the default, LRP-0: gradient × input on a network of ReLUs without biases. */
export const epsilonComposite = ({
  epsilon = 1e-9,
  mergeBatchNorm = false,
}: EpsilonCompositeOptions = {}): Composite => ({
  name: 'epsilonComposite',
  choices: [{ rule: { name: 'epsilon', epsilon } }],
  mergeBatchNorm,
});

function preset(name: string, options: PresetOptions, convolution: RelevanceRule, first?: RelevanceRule): Composite {
  const { epsilon = 1e-6, mergeBatchNorm = true } = options;
  const start: Choice[] = first ? [{ position: 'first', rule: first }] : [];
  const choices: Choice[] = [
    ...start,
    { kernel: 'convolution', rule: convolution },
    { rule: { name: 'epsilon', epsilon } },
  ];
  return { name, choices, mergeBatchNorm };
}

const zPlus: RelevanceRule = { name: 'zPlus' };
const alpha2Beta1: RelevanceRule = { name: 'alphaBeta', alpha: 2, beta: 1 };
const flat: RelevanceRule = { name: 'flat' };

/** z⁺ for convolutions, ε for dense layers. */
export const epsilonPlus = (options: PresetOptions = {}): Composite => preset('epsilonPlus', options, zPlus);

/** z⁺ for convolutions, ε for dense layers, flat for the first layer: smooth maps of images. */
export const epsilonPlusFlat = (options: PresetOptions = {}): Composite =>
  preset('epsilonPlusFlat', options, zPlus, flat);

/** α2β1 for convolutions, ε for dense layers: also shows what speaks against the target. */
export const epsilonAlpha2Beta1 = (options: PresetOptions = {}): Composite =>
  preset('epsilonAlpha2Beta1', options, alpha2Beta1);

/** The same, flat for the first layer. */
export const epsilonAlpha2Beta1Flat = (options: PresetOptions = {}): Composite =>
  preset('epsilonAlpha2Beta1Flat', options, alpha2Beta1, flat);

/** γ (for either sign) for convolutions, ε for dense layers, zᴮ for the first layer, whose inputs lie between `low` and `high`. */
export const epsilonGammaBox = ({ low, high, gamma = 0.25, ...options }: GammaBoxOptions): Composite =>
  preset('epsilonGammaBox', options, { name: 'gamma', gamma, signed: true }, { name: 'box', low, high });

/** Every preset by name; which options it takes goes with the name. */
export const presets: Readonly<Record<string, (options: never) => Composite>> = {
  epsilonComposite,
  epsilonPlus,
  epsilonPlusFlat,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonGammaBox,
};
