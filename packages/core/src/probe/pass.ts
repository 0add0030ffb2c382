import { dispose as disposeAll, type Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { Outputs } from '../model/model';
import type { Score } from '../score';
import type { Where } from '../site';
import type { Tensors } from '../tape/node';
import type { RuleSet } from '../tape/rules';
import { exclusively } from '../tape/turns';
import { checkSession } from './checks';
import type { Differentiated } from './differentiate';
import { type Evaluation, recordModel, whereKey } from './recording';
import type { Session } from './session';

/** What somebody wants of a pass. */
export interface Ask {
  readonly score?: Score;
  /** Places to look at. */
  readonly read: readonly Where[];
  /** Places whose gradient is wanted. */
  readonly grad: readonly Where[];
  /** Takes what must be said of the answer. */
  readonly notes: Set<string>;
}

/** What a pass answers to an ask. */
export interface Answer {
  /** Shape [rows]; absent without a score. */
  readonly score?: Tensor;
  /** The same of the second recording, if there is one. */
  readonly referenceScore?: Tensor;
  value(where: Where): Tensors;
  grad(where: Where): Tensors;
}

export interface PassOptions extends Pick<Evaluation, 'inputs' | 'rows' | 'put' | 'resumed'> {
  /** All of them are answered by one pass forward, and by one walk back for each score. */
  readonly asks: readonly Ask[];
  readonly rules?: RuleSet;
  /** The reference inputs of a second recording, zipped with the first. */
  readonly against?: Tensors;
}

/** What a pass saw. The caller disposes all of it at once. */
export interface Seen {
  readonly outputs: Outputs;
  /** To each ask. */
  readonly answers: readonly Answer[];
  /** How often the model called this layer, if it is one of the places asked for. */
  calls(layer: string): number;
  /** Most bytes held at once, beside what was held before. */
  readonly bytes: number;
  dispose(): void;
}

/**
 * Runs the model once, forward, and backward if gradients are asked for.
 *
 * Passes of concurrent calls run one after the other: two recordings would record each other's kernels, and the bytes
 * of one would count for the other, which would make batch plans depend on time.
 */
export function pass(session: Session, options: PassOptions): Promise<Seen> {
  return exclusively(async () => {
    session.signal?.throwIfAborted();
    checkSession(session);
    try {
      return await passAlone(session, options);
    } catch (error) {
      checkSession(session, error); // which may be why
      throw await withPlace(session, options, error);
    }
  }, session.calledIn);
}

async function passAlone(session: Session, options: PassOptions): Promise<Seen> {
  const { asks, inputs, rows } = options;
  if (asks.some(({ grad }) => grad.includes('inputs'))) checkDifferentiable(inputs, session);
  session.model.weights.begin?.();
  const evaluation = evaluationOf(session, options);
  // Loaded when they are needed: many methods ask for no gradient, and most models for no inspection.
  const wayBack = evaluation.grad.length > 0 ? await import('./differentiate') : undefined;
  const inspection = session.inspect ? await import('./inspect') : undefined;
  const recording = await recordModel(session, evaluation);
  session.cost.forward += rows.example.length;
  const found: Differentiated = { grads: new Map(), referenceScores: [] };
  const dispose = () => {
    recording.dispose();
    disposeAll(found.referenceScores);
    for (const byPlace of found.grads.values()) for (const tensors of byPlace.values()) disposeAll([...tensors]);
  };
  try {
    // An asynchronous model takes its time.
    session.signal?.throwIfAborted();
    checkSession(session);
    await inspection?.inspectForward(session, recording, evaluation);
    await wayBack?.differentiate(session, recording, evaluation, options, found);
    const bytes = recording.tape.gauge.most;
    recording.tape.dispose();
    const answers = asks.map(({ score }): Answer => {
      const i = score ? evaluation.scores.indexOf(score) : -1;
      const [scored, compared] = [recording.scores[i], found.referenceScores[i]];
      return {
        ...(scored && { score: scored }),
        ...(compared && { referenceScore: compared }),
        value: recording.at,
        grad(where) {
          const tensors = score && found.grads.get(score)?.get(whereKey(where));
          if (tensors) return tensors;
          throw new Error(`the query asked for no gradient at ${where === 'inputs' ? where : where.layer}`);
        },
      };
    });
    return { outputs: recording.outputs, answers, calls: recording.calls, bytes, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

/** What a rule set wants of a recording, and more to find out what went wrong. */
const evaluationOf = (
  { inspect = false }: Session,
  { rules, asks, inputs, rows, put, resumed }: PassOptions,
): Evaluation => ({
  inputs,
  rows,
  ...(put && { put }),
  ...(resumed && { resumed }),
  scores: [...new Set(asks.flatMap(({ score }) => score ?? []))],
  read: asks.flatMap(({ read }) => read),
  grad: asks.flatMap(({ grad }) => grad),
  unfuse: rules?.unfuse ?? false,
  places: inspect || (rules?.places ?? false),
  everything: inspect,
});

/** An error about an operation, with the place in the model where that lies: from another pass, as it costs to know. */
async function withPlace(session: Session, options: PassOptions, error: unknown): Promise<unknown> {
  if (!(error instanceof AttributionError) || !error.operation || error.operation.place) return error;
  try {
    const recording = await recordModel(session, { ...evaluationOf(session, options), places: true });
    const place = recording.place(error.operation.index);
    recording.dispose();
    return place ? error.placed(place) : error;
  } catch {
    return error; // of a model that does not run twice
  }
}

function checkDifferentiable(inputs: Tensors, { model, container: { names } }: Session): void {
  const i = inputs.findIndex(({ dtype }) => dtype !== 'float32');
  if (i < 0) return;
  const name = names?.[i] ?? model.inputs?.[i]?.name ?? String(i);
  const embeddings = model.layers.filter(({ kind }) => /^(Embedding|Gather(V2)?)$/.test(kind));
  throw new AttributionError('inputs', {
    got: `a gradient at input "${name}" of type ${inputs[i]?.dtype}`,
    expected: 'float32, as a gradient is about small changes',
    fix: embeddings.length
      ? `Attribute where numbers come in: ${embeddings.map(({ name }) => `at: layer('${name}')`).join(', ')}.`
      : 'Attribute at a layer behind it, or cast the input if its numbers are quantities.',
  });
}
