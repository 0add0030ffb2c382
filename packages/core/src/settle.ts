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

/** Settles a target on these inputs. */
export async function settle(session: Session, inputs: Tensors, examples: number, target: Target): Promise<Settled> {
  const context = contextOf(session, inputs, examples);
  try {
    const { score, resolved } = await resolveTarget(target, context);
    const outputs = await context.seen;
    if (!outputs || score.kind !== 'element') return { score, resolved };
    const scores = tidy(() => evaluate(score, outputs, () => [], rowMap(0, examples, 1)));
    const known = Float32Array.from(await scores.data());
    scores.dispose();
    // Scores that are not finite are left to be found out with the reason.
    return { score, resolved, ...(!flawAmong(known) && { known }) };
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
