import type { MethodEntry, Option } from 'vitrum/methods';

/** A method as the page knows it: as data, which the worker sends, so that the page carries none. */
export interface MethodCard {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly family: MethodEntry['family'];
  readonly paper?: string;
  readonly options: Readonly<Record<string, Option>>;
  /** Against what it explains: one ground that is chosen, several at once, or none. */
  readonly against: 'one' | 'several' | 'none';
  /** Where it can look. */
  readonly where: 'pixels' | 'layers' | 'both';
  /** Its values add up to a difference, or to the score alone. */
  readonly complete: boolean | 'score';
  readonly targetless: boolean;
}

/** What can be asked of the network. */
export interface Catalogue {
  readonly methods: readonly MethodCard[];
  /** Nodes whose activations have a picture's layout, in execution order. */
  readonly places: readonly string[];
}

/** What the page begins with where the default is for another purpose, or would take minutes. */
export const beginnings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  gradientShap: { samples: 20 },
  guidedGradCam: { layer: 'blocks/10/add', mode: 'bilinear' },
  occlusion: { window: [32, 32, 3], strides: [16, 16, 3] },
};

/** The place inside that methods of layers begin with: 14 × 14 positions, late enough to know what is what. */
export const firstPlace = 'blocks/10/add';
