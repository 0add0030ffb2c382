import { add, clone, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { GradientTable, GradientTools } from '../gradients/rule';
import type { Tensors } from './node';
import type { Recorded, Tape } from './record';
import type { Plain, Rule, RuleSet } from './rules';

export interface BackwardOptions {
  /** ∂S/∂outputs: where the walk starts. Borrowed. */
  readonly seeds: readonly { readonly at: Tensor; readonly signal: Tensor }[];
  /** Watched tensors whose gradient is asked for. */
  readonly wanted: Tensors;
  readonly gradients: GradientTable;
  readonly tools: GradientTools;
  /** Backward rules instead of the plain gradient. */
  readonly rules?: RuleSet;
  /** Told what a careful reader must know: where a rule was missing. */
  note?(text: string): void;
}

/**
 * Walks a tape back from `seeds` to `wanted` and gives the signal there, `undefined` where none arrives.
 *
 * One walk through the recording in reverse: an operation takes the sum of what its consumers sent and sends each input
 * its share; then the tensors it held are released. Nothing is computed that does not lead to a wanted tensor.
 */
export function backward(tape: Tape, options: BackwardOptions): (Tensor | undefined)[] {
  const { seeds, wanted } = options;
  const kept = new Set(wanted.map((tensor) => tensor.id));
  const leading = leadingTo(tape, kept);
  const signals = new Map<number, Tensor>();

  const send = (id: number, signal: Tensor) => {
    const before = signals.get(id);
    signals.set(id, before ? add(before, signal) : signal);
    if (!before) return;
    before.dispose();
    signal.dispose();
  };

  return tidy(() => {
    for (const { at, signal } of seeds) send(at.id, clone(signal));
    for (const node of [...tape.nodes].reverse()) {
      const arrived = node.outputIds.map((id) => signals.get(id));
      if (arrived.some(Boolean) && node.inputIds.some((id) => leading.has(id))) {
        const shares = sharesOf(node, arrived, leading, options);
        node.inputIds.forEach((id, i) => {
          const share = shares[i];
          if (share) send(id, share);
        });
        tape.measure();
      }
      for (const id of node.outputIds) {
        if (kept.has(id)) continue;
        signals.get(id)?.dispose();
        signals.delete(id);
      }
      tape.release(node);
    }
    // `tidy` keeps what it finds in the result; holes it passes over.
    return wanted.map((tensor) => signals.get(tensor.id)) as Tensor[];
  });
}

/** Ids of the tensors from which a wanted tensor can be reached walking back. */
function leadingTo(tape: Tape, wanted: ReadonlySet<number>): ReadonlySet<number> {
  const leading = new Set(wanted);
  for (const node of tape.nodes) {
    if (!node.inputIds.some((id) => leading.has(id))) continue;
    node.outputs.forEach((output, i) => {
      const id = node.outputIds[i];
      if (id !== undefined && output.dtype === 'float32') leading.add(id);
    });
  }
  return leading;
}

/** The signal for each input of `node` that leads on; each a tensor of its own. */
function sharesOf(
  node: Recorded,
  arrived: readonly (Tensor | undefined)[],
  leading: ReadonlySet<number>,
  options: BackwardOptions,
): (Tensor | undefined)[] {
  const needed = node.inputs.map((input, i) => input.dtype === 'float32' && leading.has(node.inputIds[i] ?? -1));
  return tidy(() => {
    const dys = node.outputs.map((output, i) => arrived[i] ?? zerosLike(output));
    const rule = ruleFor(node, options);
    const shares = rule
      ? rule(node, dys, plainGradient(node, dys, needed, options), options.tools)
      : plainShares(node, dys, needed, options);
    const taken = new Set<Tensor>(dys);
    // `tidy` keeps what it finds in the result; holes it passes over.
    return shares.map((share, i) => {
      if (!share || !needed[i]) return undefined;
      checkShape(node, i, share);
      const own = taken.has(share) || share.kept ? clone(share) : share;
      taken.add(own);
      return own;
    }) as Tensor[];
  });
}

function ruleFor(node: Recorded, { rules, note }: BackwardOptions): Rule | undefined {
  const rule = rules?.rule(node);
  if (rule || !rules?.covers || rules.covers(node)) return rule;
  if (rules.strict) {
    throw new AttributionError('gradient', {
      got: `operation ${node.index} of the model, kernel ${node.kernel}, for which the method has no rule`,
      expected: 'operations that all have one, since `strict` is set',
      fix: 'Leave `strict` out to have its plain gradient used, or attribute at a layer behind this operation.',
    });
  }
  note?.(`There is no rule for ${node.kernel}: its plain gradient was used.`);
  return undefined;
}

function plainGradient(node: Recorded, dys: Tensors, needed: readonly boolean[], options: BackwardOptions): Plain {
  return ({ signals = dys, ...at } = {}) => {
    if (at.inputs && node.pullback) throw new Error('a gradient that the model brings can only be taken where it ran');
    // The inputs are there: there is a share for each.
    return plainShares({ ...node, ...at }, signals, needed, options).map(
      (share, i) => share ?? zerosLike(node.inputs[i] as Tensor),
    );
  };
}

function plainShares(
  node: Recorded,
  dys: Tensors,
  needed: readonly boolean[],
  { gradients, tools }: BackwardOptions,
): (Tensor | undefined)[] {
  const rule = gradients[node.kernel];
  const pullbacks = node.pullback?.(dys) ?? rule?.(node, dys, tools);
  return node.names.map((name, i) => {
    if (!needed[i]) return undefined;
    const pullback = pullbacks?.[name];
    if (!pullback) throw noGradient(node, name);
    return pullback === 'zero' ? undefined : pullback();
  });
}

function noGradient(node: Recorded, input: string): AttributionError {
  return new AttributionError('gradient', {
    got: `operation ${node.index} of the model, kernel ${node.kernel}, on the way from the target to what is attributed`,
    expected: `a kernel with a gradient for its input "${input}"`,
    fix: 'Use a perturbation method such as occlusion(), or attribute at a layer behind this operation.',
  });
}

function checkShape(node: Recorded, i: number, share: Tensor): void {
  const input = node.inputs[i];
  if (!input || String(input.shape) === String(share.shape)) return;
  throw new AttributionError('gradient', {
    got: `a signal of shape [${share.shape}] from the rule for ${node.kernel}`,
    expected: `the shape [${input.shape}] of its input "${node.names[i]}"`,
    fix: 'A backward rule gives one tensor per input, in the shape of that input.',
  });
}
