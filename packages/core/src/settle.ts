import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import { flawAmong } from './finite';
import { outputsOf } from './probe/outputs';
import { resolveSite } from './probe/resolve';
import { inspecting, type Session } from './probe/session';
import { rowMap } from './rows';
import { evaluate, type Score } from './score';
import type { Tensors } from './tape/node';
import { type ResolvedTarget, resolveTarget, type Target, type TargetContext } from './target';

export interface Settled {
  readonly score: Score;
  readonly resolved: ResolvedTarget;
  /** S(x), where settling the target has shown that already. */
  readonly known?: Float32Array;
}

/** Settles targets on these inputs. The model runs at most once for all of them, and not at all if they do not ask. */
export async function settle(
  session: Session,
  inputs: Tensors,
  examples: number,
  targets: readonly Target[],
): Promise<Settled[]> {
  const context = contextOf(session, inputs, examples);
  try {
    const settled: Settled[] = [];
    for (const target of targets) settled.push(await settleOne(target, context));
    return settled;
  } catch (error) {
    if (error instanceof AttributionError && error.code === 'not-finite') {
      const outputs = await outputsOf(inspecting(session), inputs, examples);
      dispose(outputs.tensors);
    }
    throw error;
  } finally {
    dispose((await context.seen?.catch(() => undefined))?.tensors ?? []);
  }
}

async function settleOne(target: Target, context: OutputsContext): Promise<Settled> {
  const { score, resolved } = await resolveTarget(target, context);
  const outputs = await context.seen;
  if (!outputs || score.kind !== 'element') return { score, resolved };
  const scores = tidy(() => evaluate(score, outputs, () => [], rowMap(0, context.examples, 1)));
  const known = Float32Array.from(await scores.data());
  scores.dispose();
  // Scores that are not finite are left to be found out with the reason.
  return { score, resolved, ...(!flawAmong(known) && { known }) };
}

const dispose = (tensors: readonly Tensor[]) => {
  for (const tensor of tensors) tensor.dispose();
};

type OutputsContext = TargetContext & { seen?: ReturnType<typeof outputsOf> };

/** Runs the model at most once, however many parts of a target ask for its outputs. */
function contextOf(session: Session, inputs: Tensors, examples: number): OutputsContext {
  const context: OutputsContext = {
    examples,
    outputs: () => (context.seen ??= outputsOf(session, inputs, examples)),
    site: (site) => resolveSite(session, site, inputs),
  };
  return context;
}
