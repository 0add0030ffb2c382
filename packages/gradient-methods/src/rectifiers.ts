import { equal, type Tensor, util, where } from '@tensorflow/tfjs-core';
import {
  AttributionError,
  type Plain,
  type Probe,
  type Rule,
  type RuleSet,
  type TapeNode,
  type Tensors,
  withRecipe,
} from '@vitrum/core';
import { backpropagate } from './backpropagate';

export interface RectifierOptions {
  /** An error instead of a note where no ReLU is met, or a gradient that the model brings. @defaultValue false */
  readonly strict?: boolean;
}

export interface RectifierRule {
  /** Of the method that it makes. */
  readonly name: string;
  /** Whether rectifiers must be seen by themselves, not within an operation that they are fused with. */
  readonly unfuse: boolean;
  /** From the signal behind a rectifier, and what its gradient makes of a signal, to what is sent to each input. */
  send(behind: Tensor, plain: Plain, node: TapeNode): Tensors;
}

/**
 * Every ReLU and ReLU6 follows `rule`, everything else its gradient.
 * @param met told of every one
 */
export const rectifierRules = (rule: RectifierRule, met: () => void = () => undefined): RuleSet => {
  const rules: RuleSet = {
    seed: 'one',
    unfuse: rule.unfuse,
    rule(node) {
      const rectifier = rectifierAt(node);
      if (!rectifier) return undefined;
      met();
      return apply(rule, rectifier);
    },
    // It may be a ReLU, or hold one.
    covers: ({ kernel }) => kernel !== 'customGrad',
  };
  return withRecipe(rules, { name: rule.name });
};

/** The signals at the site when every ReLU and ReLU6 on the way follows `rule`, everything else its gradient. */
export async function throughRectifiers(
  probe: Probe,
  rule: RectifierRule,
  { strict = false }: RectifierOptions,
): Promise<Tensors> {
  let met = false;
  const rules = rectifierRules(rule, () => {
    met = true;
  });
  const { values: signals } = await backpropagate(probe, { rules, strict });
  if (met) return signals;
  if (!strict) {
    probe.note('No ReLU lies between the target and what was attributed: the values are the plain gradient.');
    return signals;
  }
  for (const signal of signals) signal.dispose();
  throw new AttributionError('gradient', {
    got: 'a model without a ReLU between the target and what is attributed',
    expected: 'at least one, since `strict` is set',
    fix: 'Use gradient(), which gives the same values here.',
  });
}

interface Rectifier {
  /** The input that is rectified. */
  readonly input: number;
  /** Where it is one: everywhere if left out. Runs inside `tidy`. */
  where?(): Tensor;
}

/**
 * ReLU and ReLU6 in all the ways they are written: kernels of their own, max(x, 0), a clip from 0, and min(·, c) of one of
 * these. Constants cannot be read here, so whether a maximum is with 0 is itself a tensor.
 */
function rectifierAt(node: TapeNode): Rectifier | undefined {
  const input = node.names.findIndex((_, i) => node.dependsOnPut(i));
  const [x, other] = [node.inputs[input], node.inputs[1 - input]];
  const constant = node.inputs.length === 2 && !node.dependsOnPut(1 - input) ? other : undefined;
  switch (node.kernel) {
    case 'Relu':
    case 'Relu6':
      return { input };
    case 'FusedConv2D':
    case 'FusedDepthwiseConv2D':
    case '_FusedMatMul':
      return /^relu6?$/.test(String(node.attrs.activation)) ? { input } : undefined;
    case 'ClipByValue':
      return node.attrs.clipValueMin === 0 && !isHardSigmoid(node) ? { input } : undefined;
    case 'Maximum':
      if (!constant || !util.arraysEqual(x?.shape ?? [], node.outputs[0]?.shape ?? [])) return undefined;
      return { input, where: () => equal(constant, 0) };
    case 'Minimum': {
      const producer = constant && node.producer(input);
      const below = producer && rectifierAt(producer);
      return below && { ...below, input };
    }
    default:
      return undefined;
  }
}

/** clip(a·x + b, 0, 1) with numbers a and b: what TF.js makes of a hard sigmoid, which is no rectifier. */
function isHardSigmoid({ attrs, producer }: TapeNode): boolean {
  const shifted = producer(0);
  if (attrs.clipValueMax !== 1 || shifted?.kernel !== 'Add' || !withNumber(shifted)) return false;
  const scaled = shifted.producer(shifted.dependsOnPut(0) ? 0 : 1);
  return scaled !== undefined && /^(Multiply|RealDiv)$/.test(scaled.kernel) && withNumber(scaled);
}

const withNumber = ({ inputs, dependsOnPut }: TapeNode): boolean =>
  inputs.some((tensor, i) => tensor.size === 1 && !dependsOnPut(i));

const apply =
  (rule: RectifierRule, { input, where: chosen }: Rectifier): Rule =>
  (node, [behind], plain) => {
    if (!behind) throw new Error('a rectifier came without its output');
    const sent = rule.send(behind, plain, node);
    if (!chosen) return sent;
    const gradient = plain()[input];
    return sent.map((share, i) => (i === input && gradient ? where(chosen(), share, gradient) : undefined));
  };
