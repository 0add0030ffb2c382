/** R_j is shared out among x_i w_ij, and the bias takes its share. LRP-0 where ε vanishes. */
export interface EpsilonRule {
  readonly name: 'epsilon';
  /** Takes relevance away where little speaks for the output, in its units. @defaultValue 1e-9 */
  readonly epsilon?: number;
  /** Leave the bias out. @defaultValue false */
  readonly zeroBias?: boolean;
}

/** Among x_i (w_ij + γ w⁺_ij): what speaks for the output counts more. For inputs ≥ 0 and outputs that pass a ReLU. */
export interface GammaRule {
  readonly name: 'gamma';
  /** @defaultValue 0.25 */
  readonly gamma?: number;
  /**
   * For inputs and outputs of either sign: among x_i w_ij + γ (x_i w_ij)⁺ where the output is positive, and
   * x_i w_ij + γ (x_i w_ij)⁻ where it is negative, so that z never comes closer to 0 than the output. @defaultValue false
   */
  readonly signed?: boolean;
  /** @defaultValue 1e-9 */
  readonly epsilon?: number;
  /** @defaultValue false */
  readonly zeroBias?: boolean;
}

/** Among x_i w⁺_ij, with the bias as it is. As z⁺ where inputs are ≥ 0 and there is no bias; else z may be close to 0. */
export interface Alpha1Beta0Rule {
  readonly name: 'alpha1Beta0';
  /** @defaultValue false */
  readonly zeroBias?: boolean;
}

/** α R_j among the positive parts of x_i w_ij, and −β R_j among the negative ones; α − β = 1. Inputs of either sign. */
export interface AlphaBetaRule {
  readonly name: 'alphaBeta';
  /** @defaultValue 2 */
  readonly alpha?: number;
  /** @defaultValue 1 */
  readonly beta?: number;
  /** @defaultValue false */
  readonly zeroBias?: boolean;
}

/** Among the positive parts of x_i w_ij: αβ with α = 1, β = 0. */
export interface ZPlusRule {
  readonly name: 'zPlus';
  /** @defaultValue false */
  readonly zeroBias?: boolean;
}

/** Evenly among all inputs that are connected to the output. */
export interface FlatRule {
  readonly name: 'flat';
}

/** Among w_ij². */
export interface WSquareRule {
  readonly name: 'wSquare';
}

/** zᴮ: among x_i w_ij − l_i w⁺_ij − h_i w⁻_ij, for inputs bounded by l ≤ x ≤ h, such as pixels. */
export interface BoxRule {
  readonly name: 'box';
  /** The least an input can be: a number, or one for each channel. */
  readonly low: number | readonly number[];
  /** The most it can be. */
  readonly high: number | readonly number[];
}

/** R_in = R_out, where input and output have one shape. */
export interface IdentityRule {
  readonly name: 'identity';
}

/** How an operation with weights shares out its relevance. Data, so that it can travel. */
export type RelevanceRule =
  | EpsilonRule
  | GammaRule
  | Alpha1Beta0Rule
  | AlphaBetaRule
  | ZPlusRule
  | FlatRule
  | WSquareRule
  | BoxRule
  | IdentityRule;
