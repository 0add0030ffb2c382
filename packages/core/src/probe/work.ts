import { dispose as disposeAll, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { flawAmong, notFinite } from '../finite';
import { rowMap, rowsOf } from '../rows';
import type { Where } from '../site';
import type { Tensors } from '../tape/node';
import type { RuleSet } from '../tape/rules';
import { bytesIn } from '../tape/run-kernel';
import type { Answered } from './alone';
import { checkSession } from './checks';
import { partialSums } from './folds';
import { type Answer, type Ask, type PassOptions, pass } from './pass';
import { type Points, pointsAt } from './points';
import { prefixOf, type Resumed } from './prefix';
import { whereKey } from './recording';
import { type CutState, inspecting, type Session } from './session';

/**
 * What is asked of rows of the model: data and tensors, and nothing of who asks. So the same rows can be evaluated here or
 * elsewhere, in any order, and whoever asked puts together what comes back.
 */
export interface Work {
  /** The model's inputs, one row for each example. */
  readonly inputs: Tensors;
  readonly examples: number;
  /** Of derived examples: the example each comes from, which scores and context know. */
  readonly origin?: Int32Array;
  readonly points: Points;
  /** Where the points are put. */
  readonly put: Where;
  /** The tensors there, and what stands for missing ones. */
  readonly x: Tensors;
  readonly reference: Tensors;
  readonly rules?: RuleSet;
  /** Inputs of a second recording, to be zipped with the first. */
  readonly against?: Tensors;
  readonly asks: readonly WorkAsk[];
}

export interface WorkAsk extends Ask {
  /** One for each point, if only the weighted sums of the gradients over the points of each example are wanted. */
  readonly weights?: Float64Array;
}

/** What rows answer to an ask. */
export interface RowsAnswer {
  /** Empty without a score. */
  readonly scores: Float32Array;
  readonly referenceScores: Float32Array;
  value(where: Where): Tensors;
  /** The gradient of each row; of an ask with weights the sums over each run of rows of one example. */
  grad(where: Where): Tensors;
}

/** Rows that were evaluated. The caller disposes all tensors at once. */
export interface EvaluatedRows extends Answered {
  /** Most bytes held for these rows. */
  readonly bytes: number;
  /** Bytes of the gradients wanted. */
  readonly graded: number;
  /** Of the cut that the rows went on from, if they did. */
  readonly cut?: CutState | undefined;
  /** To each ask. @throws AttributionError `not-finite` */
  answers(): Promise<readonly RowsAnswer[]>;
}

interface RowsOptions {
  /** To compare answers: without gradients; `alone` also from the inputs on. */
  readonly purpose?: 'alone' | 'ahead' | undefined;
  /** The points themselves, made somewhere else. Disposed with the rest. */
  readonly made?: Tensors | undefined;
}

/** Evaluates rows of one work. */
export interface Evaluator {
  /** What is known of the cut that rows go on from, where there is one. */
  readonly cut: CutState | undefined;
  rows(start: number, end: number, options?: RowsOptions): Promise<EvaluatedRows>;
  dispose(): void;
}

/** @param state what is known of the cut that rows may go on from, if not by this session */
export function evaluatorOf(session: Session, work: Work, state?: CutState): Evaluator {
  const { inputs, origin, points, put, x, reference, rules, against, asks } = work;
  const prefix = prefixOf(session, work, state);

  const evaluate: Evaluator['rows'] = async (start, end, { purpose, made } = {}) => {
    // A model that takes a fixed number of rows gets the last one again, and again.
    const least = session.model.rows;
    const rows = rowMap(start, end, points.count, undefined, least);
    const scoreRows = origin ? rowMap(start, end, points.count, origin, least) : rows;
    const shown = rowMap(start, end, points.count);
    const given: Tensor[] = [];
    const own = (tensors: Tensors) => {
      given.push(...tensors);
      return tensors;
    };
    const take = (tensors: Tensors) => own(tidy(() => tensors.map((tensor) => rows.take(tensor))));
    const trim = (tensors: Tensors) =>
      rows.example.length === end - start ? tensors : own(tensors.map((tensor) => rowsOf(tensor, 0, end - start)));
    const alone = purpose === 'alone';
    let resumed: Resumed | undefined;
    try {
      own(made ?? []);
      resumed = alone ? undefined : await prefix?.at(rows);
      own(resumed?.crossing ?? []);
      const entering = bytesIn(given) - bytesIn(made ?? []);
      const { values, bytes } = made ? { values: made, bytes: bytesIn(made) } : pointsAt(points, rows, x, reference);
      if (!made) own(values);
      /** From the inputs on, or from what lies before the site. */
      const optionsFrom = (resumed?: Resumed): PassOptions => ({
        inputs: put === 'inputs' ? values : resumed ? [] : take(inputs),
        ...(put !== 'inputs' && { put: { site: put, values } }),
        ...(resumed && { resumed }),
        rows: scoreRows,
        ...(purpose
          ? { asks: scoresOnly(asks) }
          : { asks, ...(rules && { rules }), ...(against && { against: take(against) }) }),
      });
      const options = optionsFrom(resumed);
      const seen = await pass(session, options);
      const [first] = seen.answers;
      const answerOf = ({ value, grad }: Answer, i: number): Pick<RowsAnswer, 'value' | 'grad'> => {
        const weights = asks[i]?.weights;
        return {
          value: (where) => trim(value(asked(asks[i]?.read, where))),
          grad: (where) => {
            const gradients = trim(grad(where));
            return weights ? own(gradients.map((tensor) => partialSums(tensor, shown, weights))) : gradients;
          },
        };
      };
      return {
        rows: end - start,
        outputs: seen.outputs.tensors,
        ...(first?.score && { score: first.score }),
        bytes: (prefix?.kept ?? 0) + Math.max(prefix?.bytes ?? 0, entering + bytes, bytesIn(given) + seen.bytes),
        graded: purpose
          ? 0
          : bytesIn(asks.flatMap(({ grad }, i) => grad.flatMap((at) => seen.answers[i]?.grad(at) ?? []))),
        cut: resumed && prefix?.state,
        async answers() {
          const whole = () => (resumed ? optionsFrom() : options);
          const scores = await finiteScores(
            session,
            whole,
            seen.answers.map(({ score }) => score),
          );
          const others = await finiteScores(
            session,
            () => ({ ...options, inputs: options.against ?? [] }),
            seen.answers.map(({ referenceScore }) => referenceScore),
          );
          return seen.answers.map((answer, i) => ({
            scores: (scores[i] ?? none).subarray(0, end - start),
            referenceScores: (others[i] ?? none).subarray(0, end - start),
            ...answerOf(answer, i),
          }));
        },
        dispose() {
          seen.dispose();
          disposeAll(given);
        },
      };
    } catch (error) {
      disposeAll(given);
      session.signal?.throwIfAborted();
      if (alone || made || !prefix || prefix.state.sound === false) throw error;
      checkSession(session, error);
      // Perhaps one half of the model needs more than it is given: if it is so, a whole pass succeeds.
      prefix.state.sound = false;
      return evaluate(start, end, { purpose });
    }
  };
  return { cut: prefix?.state, rows: evaluate, dispose: () => prefix?.dispose() };
}

const none = new Float32Array(0);

/** What nobody asked to see is not there where rows are evaluated elsewhere, so it is not here either. */
function asked(places: readonly Where[] = [], where: Where): Where {
  if (places.some((place) => whereKey(place) === whereKey(where))) return where;
  throw new Error(`the query did not ask to read ${where === 'inputs' ? where : where.layer}`);
}

const scoresOnly = (asks: readonly Ask[]): Ask[] =>
  asks.map(({ score, notes }) => ({ ...(score && { score }), read: [], grad: [], notes }));

/** The scores that a pass answers. If they are not finite, another pass looks for the reason. */
async function finiteScores(
  session: Session,
  optionsOf: () => PassOptions,
  answered: readonly (Tensor | undefined)[],
): Promise<Float32Array[]> {
  const scores = await Promise.all(
    answered.map(async (score) => (score ? Float32Array.from(await score.data()) : none)),
  );
  for (const values of scores) {
    const flaw = flawAmong(values);
    if (!flaw) continue;
    const options = optionsOf();
    const again = await pass(inspecting(session), { ...options, asks: scoresOnly(options.asks) });
    again.dispose();
    throw notFinite(
      `${flaw.value} as the score of example ${options.rows.example[flaw.index]}, and not when asked again`,
    );
  }
  return scores;
}
