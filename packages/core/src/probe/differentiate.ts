import { clone, mul, ones, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { hasKernel } from '../backend';
import { gradientsOf } from '../gradients/load';
import type { GradientTable, GradientTools } from '../gradients/rule';
import type { Score } from '../score';
import type { Where } from '../site';
import { backward } from '../tape/backward';
import type { Tensors } from '../tape/node';
import type { RuleSet } from '../tape/rules';
import { zip } from '../tape/zip';
import { checkSession } from './checks';
import type { PassOptions } from './pass';
import { noteOfPaths } from './paths';
import { type Evaluation, type ModelRecording, recordModel, whereKey } from './recording';
import type { Session } from './session';

/** What walking back found. */
export interface Differentiated {
  /** Gradients by score and by the key of their place. */
  readonly grads: Map<Score, Map<string, Tensors>>;
  /** Each score on the second recording, if there is one. */
  readonly referenceScores: Tensor[];
}

/** Adds to `found` what the asks want: one walk back for each score, to all places anybody asks for. */
export async function differentiate(
  session: Session,
  recording: ModelRecording,
  evaluation: Evaluation,
  { asks, rules, against, rows }: PassOptions,
  found: Differentiated,
): Promise<void> {
  const wanted = placesByScore(asks);
  if (wanted.size === 0) return;
  const gradients = await gradientsOf(recording.tape.nodes);
  await rules?.prepare?.(recording.tape.nodes);
  // They may have had to be loaded.
  session.signal?.throwIfAborted();
  checkSession(session);
  const reference = against && (await recordModel(session, { ...evaluation, inputs: against }));
  try {
    if (reference) {
      session.cost.forward += rows.example.length;
      zip(recording.tape, reference.tape);
      recording.tape.gauge.join(reference.tape.gauge);
      // Our own references to them: the recording disposes its.
      found.referenceScores.push(...tidy(() => reference.scores.map((score) => clone(score))));
    }
    let left = wanted.size;
    for (const [score, places] of wanted) {
      const scored = recording.scores[evaluation.scores.indexOf(score)];
      if (!scored) throw new Error('a gradient needs a score');
      const asking = asks.filter((ask) => ask.score === score && ask.grad.length > 0);
      const note = (text: string) => {
        for (const { notes } of asking) notes.add(text);
      };
      const tensors = [...places].map(([key, where]) => [key, recording.at(where)] as const);
      const all = tensors.flatMap(([, at]) => at);
      const signals = await walk(session, recording, scored, all, { rules, gradients, again: --left > 0, note });
      session.cost.backward += rows.example.length;
      const arrived = new Map(tensors.map(([key, at]) => [key, signals.splice(0, at.length)]));
      const filled = tidy(() =>
        tensors.map(([key, at]) => at.map(({ shape }, i) => arrived.get(key)?.[i] ?? zeros(shape))),
      );
      found.grads.set(score, new Map(tensors.map(([key], i) => [key, filled[i] ?? []])));
      for (const { grad, notes } of asking) {
        // To each what concerns its own places.
        const text = noteOfPaths(
          recording.tape,
          scored,
          grad.flatMap((where) => arrived.get(whereKey(where)) ?? []),
        );
        if (text) notes.add(text);
      }
      session.signal?.throwIfAborted();
    }
  } finally {
    reference?.dispose();
  }
}

function placesByScore(asks: PassOptions['asks']): Map<Score, Map<string, Where>> {
  const wanted = new Map<Score, Map<string, Where>>();
  for (const { score, grad } of asks) {
    if (grad.length === 0) continue;
    if (!score) throw new Error('a gradient needs a score');
    const places = wanted.get(score) ?? new Map<string, Where>();
    for (const where of grad) places.set(whereKey(where), where);
    wanted.set(score, places);
  }
  return wanted;
}

interface Walk {
  readonly rules?: RuleSet | undefined;
  /** Core's own. */
  readonly gradients: GradientTable;
  readonly again: boolean;
  note(text: string): void;
}

/** The signals at `wanted`, `undefined` where none arrives. The caller owns them. */
async function walk(
  session: Session,
  { tape, place }: ModelRecording,
  score: Tensor,
  wanted: Tensors,
  { rules, gradients, again, note }: Walk,
): Promise<(Tensor | undefined)[]> {
  const { model, backend } = session;
  const tools: GradientTools = { weights: model.weights, gradients, has: hasKernel };
  const inspection = session.inspect ? (await import('./inspect')).inspectBackward() : undefined;
  let signals: (Tensor | undefined)[] = [];
  try {
    const signal = tidy(() => (rules?.seed === 'score' ? mul(score, 1) : ones(score.shape)));
    try {
      signals = backward(tape, {
        seeds: [{ at: score, signal }],
        wanted,
        gradients: { ...gradients, ...backend.kernels },
        tools,
        again,
        ...(rules && { rules }),
        ...(inspection && { inspect: inspection.see }),
        note,
      });
    } finally {
      signal.dispose();
    }
    await inspection?.report(place);
    return signals;
  } catch (error) {
    for (const tensor of signals) tensor?.dispose();
    throw error;
  } finally {
    inspection?.dispose();
  }
}
