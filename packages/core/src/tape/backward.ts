import { add, type Tensor, tidy, util, zerosLike } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { GradientTable, GradientTools } from '../gradients/rule';
import { reasonAgainst } from '../gradients/unsupported';
import { isTensor } from '../inputs';
import { alias } from './engine';
import type { Gauge } from './gauge';
import { isContinuous, type TapeNode, type Tensors } from './node';
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
  /** Another walk over the tape follows: leave it as it is. @defaultValue false */
  readonly again?: boolean;
  /** Told what a careful reader must know: where a rule was missing. */
  note?(text: string): void;
  /** Shown what every operation sends back. Runs inside `tidy`. */
  readonly inspect?: (node: TapeNode, shares: Tensors) => void;
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
    tape.gauge.measure();
    before.dispose();
    signal.dispose();
  };

  tape.gauge.begin();
  const found = tidy(() => {
    for (const { at, signal } of seeds) send(at.id, alias(signal));
    for (const node of [...tape.nodes].reverse()) {
      const arrived = node.outputIds.map((id) => signals.get(id));
      if (arrived.some(Boolean) && node.inputIds.some((id) => leading.has(id))) {
        const shares = sharesOf(node, arrived, leading, options, tape.gauge);
        options.inspect?.(
          node,
          shares.filter((share) => share !== undefined),
        );
        node.inputIds.forEach((id, i) => {
          const share = shares[i];
          if (share) send(id, share);
        });
      }
      for (const id of node.outputIds) {
        if (kept.has(id)) continue;
        signals.get(id)?.dispose();
        signals.delete(id);
      }
      if (!options.again) tape.release(node);
    }
    // `tidy` keeps what it finds in the result; holes it passes over.
    return wanted.map((tensor) => signals.get(tensor.id)) as Tensor[];
  });
  tape.gauge.end();
  return found;
}

/** Ids of the tensors from which a wanted tensor can be reached walking back. */
function leadingTo(tape: Tape, wanted: ReadonlySet<number>): ReadonlySet<number> {
  const leading = new Set(wanted);
  for (const node of tape.nodes) {
    if (!node.inputIds.some((id) => leading.has(id))) continue;
    node.outputs.forEach((output, i) => {
      const id = node.outputIds[i];
      if (id !== undefined && isContinuous(output)) leading.add(id);
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
  gauge: Gauge,
): (Tensor | undefined)[] {
  const needed = node.inputs.map((input, i) => isContinuous(input) && leading.has(node.inputIds[i] ?? -1));
  return tidy(() => {
    const dys = node.outputs.map((output, i) => arrived[i] ?? zerosLike(output));
    const shares = named(node, () => {
      const rule = ruleFor(node, options);
      return rule
        ? rule(node, dys, plainGradient(node, dys, needed, options), options.tools)
        : plainShares(node, dys, needed, options);
    });
    gauge.measure(); // while what the rule made on the way still lives
    checkShares(node, shares, needed);
    const taken = new Set<Tensor>(dys);
    // `tidy` keeps what it finds in the result; holes it passes over.
    return shares.map((share, i) => {
      if (!share || !needed[i]) return undefined;
      const own = taken.has(share) || share.kept ? alias(share) : share;
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
      got: 'no rule of the method for',
      operation: operationOf(node),
      expected: 'one for every operation, since `strict` is set',
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

/** What a rule throws (a kernel that the backend lacks, say), with the operation that it is the rule of. */
function named<T>(node: Recorded, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof AttributionError) throw cause;
    throw new AttributionError('gradient', {
      got: `"${cause instanceof Error ? cause.message : String(cause)}" from the backward rule for`,
      operation: operationOf(node),
      expected: 'a rule that runs on this backend',
      fix: 'Use another backend, a rule that does without what is missing, or a perturbation method such as occlusion().',
      cause,
    });
  }
}

const operationOf = ({ kernel, index }: TapeNode) => ({ kernel, index });

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
  const reason = reasonAgainst(node.kernel, input);
  return new AttributionError('gradient', {
    got: `no gradient for input "${input}" of`,
    operation: operationOf(node),
    expected: `one for every operation on the way from the target to what is attributed${reason ? ` (${node.kernel} has none: ${reason})` : ''}`,
    fix: 'Use a perturbation method such as occlusion(), or attribute at a layer behind this operation.',
  });
}

/** Rules are people's own code: what they give is checked. */
function checkShares(node: Recorded, shares: readonly (Tensor | undefined)[], needed: readonly boolean[]): void {
  const problem = (got: string, expected: string) =>
    new AttributionError('gradient', {
      got: `${got} from the backward rule for`,
      operation: operationOf(node),
      expected,
      fix: 'A backward rule gives an array with one tensor per input, in the shape of that input; undefined sends nothing.',
    });
  const { names, inputs } = node;
  if (!Array.isArray(shares)) throw problem(`${typeof shares}`, 'an array of tensors');
  if (shares.length > inputs.length || shares.length <= needed.lastIndexOf(true)) {
    throw problem(`${shares.length} signals`, `${inputs.length}, one for each input: ${names.join(', ')}`);
  }
  shares.forEach((share: unknown, i) => {
    if (share === undefined || !needed[i]) return;
    if (!isTensor(share)) throw problem(`${typeof share} as a signal`, 'tensors');
    if (share.isDisposed) throw problem('a disposed tensor as a signal', 'live tensors');
    if (util.arraysEqual(inputs[i]?.shape ?? [], share.shape)) return;
    throw problem(`a signal of shape [${share.shape}]`, `the shape [${inputs[i]?.shape}] of its input "${names[i]}"`);
  });
}
