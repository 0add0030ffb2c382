import { add, clone, div, keep, mul, neg, sign, square, sub, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import type { Plain, Rule, RuleSet, TapeNode, Tensors } from '@vitrum/core';
import { finite, isSteep, mean, perMove, unseen } from './comparison';
import { rescaleRules } from './rules';
import { backAbsolutely, bend, kindOf, liveInput } from './spread';

/**
 * DeepLIFT's reveal-cancel rule (§3.5.3): positive and negative parts of a move have multipliers of their own, m⁺ and m⁻,
 * so that a function that cancels one by the other is seen through. Linear operations part by the sign of each term
 * (§3.5.1); operations that know no parts, as a product, follow their rule of `rescaleRules`.
 *
 * The walk carries the mean of m⁺ and m⁻, and this set, on the side, half of what lies between: Σ m Δ = mean · Δ +
 * half · (Δ⁺ − Δ⁻). One set for one call, which disposes it.
 */
export function revealCancelRules(epsilon: number): { readonly rules: RuleSet; dispose(): void } {
  const rescale = rescaleRules(epsilon);
  const halves = new Map<Tensor, Tensor>();

  const taken: Tensor[] = [];
  const take = (output: Tensor): Tensor | undefined => {
    const half = halves.get(output);
    halves.delete(output);
    if (half) taken.push(half);
    return half;
  };

  /** Leaves `half` for what made input `i`, and gives its share. Where nothing made it, one of the parts is all of Δ. */
  const send = (node: TapeNode, i: number, share: Tensor, half: Tensor): Tensor => {
    if (!node.producer(i)) return add(share, whole(half, node, 'inputs', i));
    const input = node.inputs[i] as Tensor; // the caller's word
    const before = halves.get(input);
    halves.set(input, keep(before ? add(before, half) : clone(half)));
    before?.dispose();
    return share;
  };

  const rule: Rule = (node, signals, plain, tools) => {
    const behind = node.outputs.map(take);
    const half = behind.map((tensor, o) => tensor ?? zerosLike(node.outputs[o] as Tensor)); // one for each
    const parted = behind.some(Boolean);
    const shares = () => {
      const own = rescale.rule(node);
      return own ? own(node, signals, plain, tools) : plain();
    };
    const each = (shares: readonly (Tensor | undefined)[], add: (share: Tensor, half: Tensor, i: number) => Tensor) => {
      const halved = backAbsolutely(node, half, plain);
      return shares.map((share, i) => {
        const own = halved[i];
        return share && own && node.dependsOnPut(i) ? add(share, own, i) : undefined;
      });
    };
    try {
      const kind = kindOf(node);
      if (kind === 'bending') return bent(node, signals, half, plain, { epsilon, send });
      if (!parted) return shares();
      switch (kind) {
        case 'moving':
        case 'scaling':
          return each(shares(), (share, half, i) => send(node, i, share, half));
        case 'mixing':
          return each(shares(), (share, half, i) => add(share, whole(half, node, 'inputs', i)));
        case 'whole': {
          const sent = signals.map((signal, o) => add(signal, whole(half[o] as Tensor, node, 'outputs', o))); // one for each
          const own = rescale.rule(node);
          const from: Plain = (other) => plain({ signals: sent, ...other });
          return own ? own(node, sent, from, tools) : from();
        }
      }
    } finally {
      for (const tensor of taken.splice(0)) tensor.dispose();
    }
  };

  return {
    rules: { ...rescale, rule: (node) => (rescale.covers?.(node) ? rule : undefined) },
    dispose() {
      for (const tensor of halves.values()) tensor.dispose();
      halves.clear();
    },
  };
}

/** half · (Δ⁺ − Δ⁻) as a multiplier of Δ, where one of the parts is all of it. */
function whole(half: Tensor, node: TapeNode, side: 'inputs' | 'outputs', i: number): Tensor {
  const [now, before] = [node[side][i], node.reference?.[side][i]];
  if (!now || !before) throw new Error(`${node.kernel} has nothing to be compared with`);
  return mul(half, sign(sub(now, before)));
}

/** m⁺ · Δy⁺/Δx⁺ and m⁻ · Δy⁻/Δx⁻, sent as their mean and half of their difference. */
function bent(
  node: TapeNode,
  [signal]: Tensors,
  [half]: Tensors,
  plain: Plain,
  { epsilon, send }: { epsilon: number; send: (node: TapeNode, i: number, share: Tensor, half: Tensor) => Tensor },
): readonly (Tensor | undefined)[] {
  if (!signal || !half) throw new Error(`no signal at ${node.kernel}`);
  const { plus, minus, up, down } = bend(node);
  const input = liveInput(node);
  // A part that is nothing but the rounding of the other says nothing.
  const floor = add(square(mul(sub(plus, minus), 1e-6)), epsilon ** 2);
  const through = (sent: Tensor, gain: Tensor, part: Tensor) => {
    const slope = plain({ signals: [sent] })[input] as Tensor; // one for each input
    const gradient = isSteep(node) ? finite(slope) : slope;
    if (epsilon > unseen) return perMove(mul(sent, gain), part, gradient, epsilon);
    return div(add(mul(mul(sent, gain), part), mul(gradient, floor)), add(square(part), floor));
  };
  const [toPlus, toMinus] = [through(add(signal, half), up, plus), through(sub(signal, half), down, minus)];
  const share = send(node, input, mean(toPlus, toMinus), mean(toPlus, neg(toMinus)));
  return node.inputs.map((_, i) => (i === input ? share : undefined));
}
