import { div, mul, type Tensor } from '@tensorflow/tfjs-core';
import { AttributionError, type Place, type Rule, type RuleSet, reduceTo, type TapeNode } from '@vitrum/core';
import { type Composite, choose } from './composite';
import { carrier, isShift } from './factors';
import { kindOf, weighs } from './kinds';
import { elementwiseOf, linearOf } from './linear';
import { mergesInto, tailOf } from './merge';
import { followed } from './position';
import { sharesOf } from './rules';
import { shareOut, stabilised } from './share';

export interface RelevanceOptions {
  readonly composite: Composite;
  /** What an open gate gets of the relevance of the signal that it lets through: half of it or none. */
  readonly gates: 'even' | 'signal';
  /** Operations without a rule are errors. */
  readonly strict: boolean;
  note(text: string): void;
  /** Told of every choice that is made. */
  chosen(choice: Composite['choices'][number]): void;
}

type Shares = (Tensor | undefined)[];

/** Of every kind of operation but those with weights: R_in = x ⊙ Jᵀ(R_out / y), y the output. */
const tiny = 1e-9;

/** The backward rules that are LRP: what each kind of operation does with the relevance of its output. */
export function relevanceRules({ composite, gates, strict, note, chosen }: RelevanceOptions): RuleSet {
  const tails = new WeakMap<Place, readonly TapeNode[]>();
  const trail = followed();

  const chosenFor = (place: Place) =>
    choose(composite, {
      kernel: place.kernel,
      layer: place.layer,
      first: () => trail.isFirst(place),
      last: () => trail.isLast(place),
    });
  const rulesOf = (place: Place) => {
    const choice = chosenFor(place);
    if (choice) chosen(choice);
    return sharesOf(choice?.rule ?? { name: 'epsilon' });
  };
  /** A normalization keeps to its own Jacobian unless a choice means it. */
  const isMeant = (place: Place) => {
    const choice = chosenFor(place);
    return choice?.layer !== undefined || choice?.kernel === place.kernel;
  };

  const withWeights =
    (place: Place): Rule =>
    (node, [relevance], plain, tools) => {
      const shares = rulesOf(place);
      const data = place.from.findIndex(Boolean);
      if (!shares) return at(node, data, unchanged(node, data, relevance));
      const tail = tails.get(place);
      const linear = linearOf(node, place, plain, tools, tail && tailOf(tail));
      return at(node, data, shareOut(linear, defined(relevance), shares));
    };

  const normalization =
    (place: Place): Rule =>
    (node, signals, plain, tools) => {
      const [x] = place.from;
      const fixed = x !== undefined && place.from.filter(Boolean).length === 1;
      // Statistics of the input itself make a layer normalization: its deviation is held constant.
      if (!fixed || !isMeant(place))
        return byContribution({ only: ['x', 'mean', 'offset'] })(node, signals, plain, tools);
      const shares = rulesOf(place);
      if (!shares) return at(node, 0, unchanged(node, 0, signals[0]));
      return at(node, 0, shareOut(elementwiseOf(node), defined(signals[0]), shares));
    };

  const without = (node: TapeNode): Rule => {
    if (strict) {
      throw new AttributionError('gradient', {
        got: `operation ${node.index} of the model, kernel ${node.kernel}, on the way from the target to what is attributed`,
        expected: 'operations that LRP has a rule for',
        fix: 'Leave `strict` out to share its relevance out by gradient × input, or attribute at a layer behind it.',
      });
    }
    note(
      `LRP has no rule for ${node.kernel}: its relevance was shared out by gradient × input, and may be lost there.`,
    );
    return byContribution();
  };

  const ruleFor = (node: TapeNode, place: Place): Rule => {
    const onto = isMeant(place) && place.kernel === 'FusedBatchNorm' ? undefined : mergesInto(place, merging);
    if (onto) {
      tails.set(onto, [node, ...(tails.get(place) ?? [])]);
      return passing;
    }
    const kind = kindOf(place.kernel);
    switch (kind) {
      case 'linear':
        if (weighs(place)) return withWeights(place);
        return byContribution({ part: 1 / countOf(place) });
      case 'sum':
        return place.kernel === 'Sub' && isShift(place) ? passing : byContribution();
      case 'copy':
        return copying;
      case 'activation':
        return passing;
      case 'extremum':
        return countOf(place) > 1 ? copying : passing;
      case 'product':
        return product(place, carrier(place, gates));
      case 'quotient':
        return place.from[0] ? product(place, 0) : passing;
      case 'softmax':
        return trail.isOutward(place) ? passing : byContribution();
      case 'normalization':
        return normalization(place);
      default:
        return without(node);
    }
  };
  const merging = composite.mergeBatchNorm ?? false;

  return {
    seed: 'score',
    unfuse: true,
    places: true,
    rule(node) {
      // What is flat has no place, and passes nothing on.
      if (!node.place) return kindOf(node.kernel) ? undefined : without(node);
      trail.visit(node.place);
      return ruleFor(node, node.place);
    },
  };
}

const countOf = ({ from }: Place): number => from.filter(Boolean).length;

/** R_in = Jᵀ R_out: to where each output was taken from. */
const copying: Rule = (_, __, plain) => plain();

/** R_in = R_out, to the first input that is no weight. */
const passing: Rule = (node, signals, plain, tools) => {
  const i = node.place?.from.findIndex(Boolean) ?? -1;
  const [relevance] = signals;
  const same = String(node.inputs[i]?.shape) === String(relevance?.shape);
  return same ? at(node, i, relevance) : byContribution()(node, signals, plain, tools);
};

/** To the carrier alone, or half to each of two factors. */
const product =
  (place: Place, only: number | undefined): Rule =>
  (node, [relevance]) => {
    const part = only === undefined ? 1 / countOf(place) : 1;
    return node.inputs.map((input, i) =>
      place.from[i] && (only === undefined || only === i)
        ? reduceTo(mul(defined(relevance), part), input.shape)
        : undefined,
    );
  };

/** R_in = x ⊙ Jᵀ(part · R_out / y), for the inputs that are no weights, or those of them that are named. */
const byContribution =
  ({ part = 1, only }: { readonly part?: number; readonly only?: readonly string[] } = {}): Rule =>
  (node, [relevance], plain) => {
    const signal = mul(part, div(defined(relevance), stabilised(defined(node.outputs[0]), tiny)));
    const slopes = plain({ signals: [signal] });
    return node.inputs.map((x, i) => {
      const slope = slopes[i];
      const takes = node.place?.from[i] && (only?.includes(node.names[i] ?? '') ?? true);
      return slope && takes ? mul(x, slope) : undefined;
    });
  };

const at = (node: TapeNode, i: number, share: Tensor | undefined): Shares =>
  node.inputs.map((_, j) => (j === i ? share : undefined));

function unchanged(node: TapeNode, i: number, relevance: Tensor | undefined): Tensor | undefined {
  const shape = node.inputs[i]?.shape;
  if (String(shape) === String(relevance?.shape)) return relevance;
  throw new AttributionError('option', {
    got: `the identity rule for ${node.place?.layer ?? node.kernel}, from [${shape}] to [${relevance?.shape}]`,
    expected: 'input and output of one shape',
    fix: 'Use another rule there.',
  });
}

function defined(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new Error('an operation without an output');
  return tensor;
}
