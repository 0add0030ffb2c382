import { div, mul, type Tensor } from '@tensorflow/tfjs-core';
import { AttributionError, type Place, type Rule, reduceTo, type TapeNode } from '@vitrum/core';
import { bySideOf } from '../in-one';

/** What keeps y from 0 in R_in = x ⊙ Jᵀ(R_out / y), the rule of operations without weights. */
const tiny = 1e-9;

/** Inputs that are no weights. */
export const countOf = ({ from }: Place): number => from.filter(Boolean).length;

/** R_in = Jᵀ R_out: to where each output was taken from. */
export const copying: Rule = (_, __, plain) => plain();

/** R_in = R_out, to the first input that is no weight. */
export const passing: Rule = (node, signals, plain, tools) => {
  const i = node.place?.from.findIndex(Boolean) ?? -1;
  const [relevance] = signals;
  const same = String(node.inputs[i]?.shape) === String(relevance?.shape);
  return same ? at(node, i, relevance) : byContribution()(node, signals, plain, tools);
};

/** R_in = R_out for input `i` alone, summed where it was broadcast. */
export const to =
  (i: number): Rule =>
  (node, [relevance]) =>
    at(node, i, reduceTo(defined(relevance), node.inputs[i]?.shape ?? []));

/** R_in = R_out / n for each of n factors that are no weights. */
export const halved: Rule = (node, [relevance]) =>
  node.inputs.map((input, i) =>
    node.place?.from[i] ? reduceTo(div(defined(relevance), countOf(node.place)), input.shape) : undefined,
  );

/** R_in = x ⊙ Jᵀ(part · R_out / y), for the inputs that are no weights, or those of them that are named. */
export const byContribution =
  ({ part = 1, only }: { readonly part?: number; readonly only?: readonly string[] } = {}): Rule =>
  (node, [relevance], plain, tools) => {
    const shared = bySideOf(defined(node.outputs[0]), tools).quotient(defined(relevance), tiny);
    const signal = part === 1 ? shared : mul(part, shared);
    const slopes = plain({ signals: [signal] });
    return node.inputs.map((x, i) => {
      const slope = slopes[i];
      const takes = node.place?.from[i] && (only?.includes(node.names[i] ?? '') ?? true);
      return slope && takes ? mul(x, slope) : undefined;
    });
  };

/** The share of input `i`, the others getting none. */
export const at = (node: TapeNode, i: number, share: Tensor | undefined): (Tensor | undefined)[] =>
  node.inputs.map((_, j) => (j === i ? share : undefined));

/** R_in = R_out for input `i`. @throws AttributionError `option` if they have not one shape */
export function unchanged(node: TapeNode, i: number, relevance: Tensor | undefined): Tensor | undefined {
  const shape = node.inputs[i]?.shape;
  if (String(shape) === String(relevance?.shape)) return relevance;
  throw new AttributionError('option', {
    got: `the identity rule for ${node.place?.layer ?? node.kernel}, from [${shape}] to [${relevance?.shape}]`,
    expected: 'input and output of one shape',
    fix: 'Use another rule there.',
  });
}

export function defined(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new Error('an operation without an output');
  return tensor;
}
