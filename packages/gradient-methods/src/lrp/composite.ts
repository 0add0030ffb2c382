import { AttributionError } from '@vitrum/core';
import { isConvolution, isDense } from './kinds';
import { type PresetData, presets } from './presets';
import type { RelevanceRule } from './rules';
import { sharesOf } from './shares';

/** A rule and the operations it is for: those for which all that is given holds. */
export interface Choice {
  readonly rule: RelevanceRule;
  /** Name of their layer (LayersModel), node (GraphModel) or of the tap they follow (function). */
  readonly layer?: string;
  /** `convolution` (with depthwise and transposed ones), `dense` (all other products with weights), or a TF.js kernel. */
  readonly kernel?: 'convolution' | 'dense' | (string & {});
  /** `first`: no weights between the inputs and it. `last`: none between it and the target. */
  readonly position?: 'first' | 'last';
}

/** Which rule for which operation with weights: the first choice that fits, or LRP-ε with 1e-9. Data, so that it can travel. */
export interface Composite {
  readonly name: string;
  readonly choices: readonly Choice[];
  /**
   * Merge a batch normalization (and any scale and shift of each channel) into the operation with weights right before it;
   * without, it shares out by its own Jacobian. One that a choice names by its layer is never merged. @defaultValue false
   */
  readonly mergeBatchNorm?: boolean;
}

/** A rule for every layer, and others for some, by name. */
export interface LayersComposite {
  readonly name: 'layers';
  readonly default: RelevanceRule;
  readonly rules: Readonly<Record<string, RelevanceRule>>;
}

/** All that `lrp` takes for a composite: one, one rule for all operations, rules by layer, or a preset by name. */
export type CompositeData = Composite | RelevanceRule | LayersComposite | PresetData;

/** @throws AttributionError `option` for what is none, or a rule with options it cannot have */
export function compositeOf(data: CompositeData): Composite {
  const composite = spelledOut(data);
  for (const { rule } of composite.choices) sharesOf(rule);
  return composite;
}

function spelledOut(data: CompositeData): Composite {
  if (typeof data === 'string') return spelledOut({ name: data } as PresetData); // what it names is checked below
  if (typeof data !== 'object' || data === null) throw unknown(data);
  if ('choices' in data) return data;
  if (data.name === 'layers') {
    const named = Object.entries(data.rules).map(([layer, rule]) => ({ layer, rule }));
    return { name: 'layers', choices: [...named, { rule: data.default }] };
  }
  const preset = Object.hasOwn(presets, data.name) ? presets[data.name] : undefined;
  // A name that is a preset's comes with the options of that preset, any other with those of a rule: their types say so.
  return preset ? preset(data as never) : { name: data.name, choices: [{ rule: data as RelevanceRule }] };
}

const unknown = (data: unknown) =>
  new AttributionError('option', {
    got: `a composite that is ${JSON.stringify(data)}`,
    expected: `a composite, a rule, { name: 'layers', … } or one of ${Object.keys(presets).join(', ')}`,
    fix: 'Use epsilonPlusFlat() for images, or epsilonComposite().',
  });

/** An operation as choices see it. */
export interface Candidate {
  readonly kernel: string;
  readonly layer?: string | undefined;
  readonly first: () => boolean;
  readonly last: () => boolean;
}

/** The first choice that fits. */
export function choose({ choices }: Composite, { kernel, layer, first, last }: Candidate): Choice | undefined {
  return choices.find(
    (choice) =>
      (choice.layer === undefined || choice.layer === layer) &&
      (choice.kernel === undefined || isOf(kernel, choice.kernel)) &&
      (choice.position === undefined || (choice.position === 'first' ? first() : last())),
  );
}

function isOf(kernel: string, wanted: string): boolean {
  if (wanted === 'convolution') return isConvolution(kernel);
  return wanted === 'dense' ? isDense(kernel) : kernel === wanted;
}
