import { clone, mul, ones, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { Named } from '../model/model';
import type { Where } from '../site';
import { backward } from '../tape/backward';
import { interior } from '../tape/engine';
import type { Tensors } from '../tape/node';
import type { RuleSet } from '../tape/rules';
import { exclusively } from '../tape/turns';
import { zip } from '../tape/zip';
import { checkSession } from './checks';
import { inspectBackward, inspectForward } from './inspect';
import { noteOfPaths } from './paths';
import { type Evaluation, type ModelRecording, recordModel, whereKey } from './recording';
import type { Session } from './session';

export interface PassOptions extends Omit<Evaluation, 'unfuse' | 'places'> {
  readonly rules?: RuleSet;
  /** The reference inputs of a second recording, zipped with the first. */
  readonly against?: Tensors;
}

/** What a pass saw. The caller disposes all of it at once. */
export interface Seen {
  readonly outputs: Named;
  /** Shape [rows]; absent without a score. */
  readonly score?: Tensor;
  /** The same of the second recording, if there is one. */
  readonly referenceScore?: Tensor;
  value(where: Where): Tensors;
  grad(where: Where): Tensors;
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
      checkSession(session); // which may be why
      throw await withPlace(session, options, error);
    }
  }, session.calledIn);
}

async function passAlone(session: Session, options: PassOptions): Promise<Seen> {
  if (options.grad.includes('inputs')) checkDifferentiable(options.inputs, session);
  const before = interior().state.numBytes;
  const recording = await recordModel(session, evaluationOf(session, options));
  session.cost.forward += options.rows.example.length;
  try {
    // An asynchronous model takes its time.
    session.signal?.throwIfAborted();
    checkSession(session);
    if (session.inspect) await inspectForward(session, recording, evaluationOf(session, options));
    const { grads, referenceScore }: Differentiated =
      options.grad.length > 0 ? await differentiate(session, recording, options) : { grads: new Map() };
    const bytes = recording.tape.peak - before;
    recording.tape.dispose();
    return {
      outputs: recording.outputs,
      ...(recording.score && { score: recording.score }),
      ...(referenceScore && { referenceScore }),
      value: recording.at,
      calls: recording.calls,
      grad(where) {
        const tensors = grads.get(whereKey(where));
        if (!tensors) throw new Error(`the query asked for no gradient at ${where === 'inputs' ? where : where.layer}`);
        return tensors;
      },
      bytes,
      dispose() {
        recording.dispose();
        referenceScore?.dispose();
        for (const tensor of [...grads.values()].flat()) tensor.dispose();
      },
    };
  } catch (error) {
    recording.dispose();
    throw error;
  }
}

/** What a rule set wants of a recording, and more to find out what went wrong. */
const evaluationOf = ({ inspect = false }: Session, { rules, ...options }: PassOptions): Evaluation => ({
  ...options,
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

interface Differentiated {
  readonly grads: ReadonlyMap<string, Tensors>;
  readonly referenceScore?: Tensor;
}

async function differentiate(
  session: Session,
  recording: ModelRecording,
  options: PassOptions,
): Promise<Differentiated> {
  const { grad, rules, against, rows } = options;
  const reference = against && (await recordModel(session, { ...evaluationOf(session, options), inputs: against }));
  try {
    if (reference) {
      session.cost.forward += rows.example.length;
      zip(recording.tape, reference.tape);
    }
    const wanted = grad.map((where) => recording.at(where));
    const signals = await walk(session, recording, wanted.flat(), rules);
    session.cost.backward += rows.example.length;
    const grads = new Map(grad.map((where, i) => [whereKey(where), signals.splice(0, wanted[i]?.length ?? 0)]));
    // Our own reference to it: the recording disposes its.
    return { grads, ...(reference?.score && { referenceScore: clone(reference.score) }) };
  } finally {
    reference?.dispose();
  }
}

/** The signals at `wanted`, zeros where none arrives. */
async function walk(
  session: Session,
  { tape, score, place }: ModelRecording,
  wanted: Tensors,
  rules: RuleSet | undefined,
): Promise<Tensor[]> {
  if (!score) throw new Error('a gradient needs a score');
  const { gradients, tools, notes } = session;
  const inspection = session.inspect ? inspectBackward() : undefined;
  const backwards = () => {
    const signal = rules?.seed === 'score' ? mul(score, 1) : ones(score.shape);
    const found = backward(tape, {
      seeds: [{ at: score, signal }],
      wanted,
      gradients,
      tools,
      ...(rules && { rules }),
      ...(inspection && { inspect: inspection.see }),
      note: (text) => void notes.add(text),
    });
    const missing = noteOfPaths(tape, score, found);
    if (missing) notes.add(missing);
    return found.map((share, i) => share ?? zeros(wanted[i]?.shape ?? []));
  };
  let signals: Tensor[] = [];
  try {
    signals = tidy(backwards);
    await inspection?.report(place);
    return signals;
  } catch (error) {
    for (const tensor of signals) tensor.dispose();
    throw error;
  } finally {
    inspection?.dispose();
  }
}
