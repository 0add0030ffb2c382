import { AttributionError, type Place, type Rule, type RuleSet, type TapeNode } from '@vitrum/core';
import { type Composite, choose } from './composite';
import { carrier, isShift } from './factors';
import { kindOf, weighs } from './kinds';
import { elementwiseOf, linearOf } from './linear';
import { mergesInto, tailOf } from './merge';
import { at, byContribution, copying, countOf, defined, halved, passing, to, unchanged } from './passing';
import { followed } from './position';
import { shareOut } from './share-out';
import { sharesOf } from './shares';

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

/** The backward rules that are LRP: what each kind of operation does with the relevance of its output. */
export function relevanceRules({ composite, gates, strict, note, chosen }: RelevanceOptions): RuleSet {
  const merging = composite.mergeBatchNorm ?? false;
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
      return at(node, 0, shareOut(elementwiseOf(node, tools), defined(signals[0]), shares));
    };

  const without = (node: TapeNode): Rule => {
    const isComplex = [...node.inputs, ...node.outputs].some(({ dtype }) => dtype === 'complex64');
    if (strict || isComplex) {
      throw new AttributionError('gradient', {
        got: `operation ${node.index} of the model, kernel ${node.kernel}, on the way from the target to what is attributed`,
        expected: 'operations that LRP has a rule for',
        fix: isComplex
          ? 'Attribute at a layer behind the complex numbers, or use integratedGradients().'
          : 'Leave `strict` out to share its relevance out by gradient × input, or attribute at a layer behind it.',
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
    switch (kindOf(place.kernel)) {
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
      case 'product': {
        const only = carrier(place, gates);
        return only === undefined ? halved : to(only);
      }
      case 'quotient':
        return place.from[0] ? to(0) : passing;
      case 'softmax':
        return trail.isOutward(place) ? passing : byContribution();
      case 'normalization':
        return normalization(place);
      default:
        return without(node);
    }
  };
  return {
    seed: 'score',
    unfuse: true,
    places: true,
    rule(node) {
      // What is flat has no place, and passes nothing on; neither does what hangs on it.
      if (!node.place) return kindOf(node.kernel) || constants.has(node.kernel) ? undefined : without(node);
      trail.visit(node.place);
      return ruleFor(node, node.place);
    },
  };
}

const constants = new Set(['ZerosLike', 'OnesLike']);
