import { dispose as disposeAll, type Tensor } from '@tensorflow/tfjs-core';
import { rowMap } from '../rows';
import type { Where } from '../site';
import type { Tensors } from '../tape/node';
import type { Assignment, Delivery, Elsewhere, TensorData } from './elsewhere';
import { packed, tensorsOf } from './helper';
import { pointsAt } from './points';
import { whereKey } from './recording';
import type { CutState, Session } from './session';
import type { EvaluatedRows, RowsAnswer, Work } from './work';

/** The batches of a work that are evaluated elsewhere. */
export interface Away {
  /** The rows of one of them; `undefined` if they must be evaluated here. */
  take(start: number, end: number): Promise<EvaluatedRows | undefined>;
  end(): void;
}

export interface AwayOptions {
  /** The first row that is evaluated elsewhere, how many go together, and how many there are. */
  readonly from: number;
  readonly rows: number;
  readonly total: number;
  /** Rows that were evaluated here. */
  readonly told: { readonly rows: EvaluatedRows; readonly start: number; readonly end: number };
  /** What is known of the cut that rows go on from here. */
  readonly cut: CutState | undefined;
}

/**
 * Has the batches of a work, from `from` on, evaluated elsewhere: twice as many at once as are worked on there, so that
 * nobody waits for this thread. The plan is what it would be here, and batches are taken in its order, so the result is the
 * same.
 *
 * That the model there is the one here is seen by what both answer to the same, to the last bit. If it is not, and whatever
 * else goes wrong there, rows are evaluated here after all, with a note: nothing is lost but time.
 */
export async function sendAway(
  session: Session,
  work: Work,
  elsewhere: Elsewhere,
  { from, rows, total, told, cut }: AwayOptions,
): Promise<Away> {
  const { model, container, backend, signal, away } = session;
  const sent = new Map<number, Promise<Delivery>>();
  const made = new Set<Tensor>();
  const here = away.known ? undefined : await packed(told.rows, work);
  let next = from;
  let ended = false;

  const stayHere = (why: string): undefined => {
    session.notes.add(`Some rows were evaluated without workers: ${why}.`);
  };
  const giveUp = (error: unknown): undefined => {
    if (ended) return;
    away.off = true;
    return stayHere(error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
  };
  const release = (tensors: Tensors) => {
    for (const tensor of tensors) if (made.delete(tensor)) tensor.dispose();
  };
  /** With points that a function of the method makes, as that does not travel. */
  const withPoints = <T>(start: number, end: number, send: (points?: Tensors) => Promise<T>): Promise<T> => {
    const { points, x, reference } = work;
    if (points.kind !== 'make') return send();
    const { values } = pointsAt(points, rowMap(start, end, points.count), x, reference);
    for (const tensor of values) made.add(tensor);
    return send(values).finally(() => release(values));
  };
  const send = (assignment: Assignment) => {
    while (!ended && sent.size < 2 * elsewhere.count && next < total) {
      const [start, end] = [next, Math.min(total, next + rows)];
      const delivery = withPoints(start, end, (points) => assignment.rows(start, end, points));
      delivery.catch(() => undefined); // seen by whoever takes it
      sent.set(start, delivery);
      next = end;
    }
  };
  const isSame = async (assignment: Assignment) => {
    if (!here) return true;
    const { start, end } = told;
    const there = await withPoints(start, end, (points) => assignment.rowsOfEach(start, end, points));
    return there.every(({ answers }) => alike(here, answers));
  };
  const begin = async (): Promise<Assignment | undefined> => {
    const surroundings = { container, rows: model.rows, backend: backend.name, whole: cut?.sound === false };
    const assignment = await elsewhere.begin(work, surroundings);
    if (typeof assignment === 'string') return stayHere(assignment);
    try {
      send(assignment);
      if (await isSame(assignment)) {
        away.known = true;
        if (!ended) return assignment;
      } else giveUp('the model there answers otherwise than the one here');
    } catch (error) {
      giveUp(error);
    }
    assignment.end();
    return undefined;
  };
  const begun = begin().catch(giveUp);
  const deliver = async (start: number): Promise<Delivery | undefined> => {
    const assignment = await begun;
    if (!assignment || away.off) return undefined;
    // Those before were evaluated here, as there was something to find out.
    for (const before of sent.keys()) if (before < start) sent.delete(before);
    next = Math.max(next, start);
    send(assignment);
    const delivery = await sent.get(start);
    sent.delete(start);
    send(assignment);
    return delivery;
  };

  return {
    async take(start, end) {
      const delivery = await untilAborted(signal, deliver(start).catch(giveUp));
      return delivery && opened(session, work, delivery, end - start);
    },
    end() {
      ended = true;
      void begun.then((assignment) => assignment?.end());
      release([...made]);
    },
  };
}

/** What was delivered, as if it had been evaluated here. */
function opened(session: Session, work: Work, { answers, notes, cost }: Delivery, rows: number): EvaluatedRows {
  session.cost.forward += cost.forward;
  session.cost.backward += cost.backward;
  for (const note of notes) session.notes.add(note);
  const given: Tensor[] = [];
  const open = (data: readonly TensorData[]) => {
    const tensors = tensorsOf(data);
    given.push(...tensors);
    return tensors;
  };
  return {
    rows,
    outputs: [],
    bytes: 0,
    graded: 0,
    answers: async () =>
      answers.map(({ scores, referenceScores, read, grad, notes }, i): RowsAnswer => {
        const ask = work.asks[i];
        for (const note of notes) ask?.notes.add(note);
        const at = (places: readonly Where[] | undefined, data: typeof read) => (where: Where) => {
          const place = places?.findIndex((other) => whereKey(other) === whereKey(where)) ?? -1;
          const found = data[place];
          if (found) return open(found);
          throw new Error(`the query asked for nothing at ${where === 'inputs' ? where : where.layer}`);
        };
        return { scores, referenceScores, value: at(ask?.read, read), grad: at(ask?.grad, grad) };
      }),
    dispose: () => disposeAll(given),
  };
}

/** Whether two deliveries are the same to the last bit, but for their notes. */
function alike(a: Delivery['answers'], b: Delivery['answers']): boolean {
  const [own, others] = [a.flatMap(numbersOf), b.flatMap(numbersOf)];
  return own.length === others.length && own.every((values, i) => sameBits(values, others[i] ?? []));
}

const numbersOf = ({ scores, referenceScores, read, grad }: Delivery['answers'][number]): ArrayLike<unknown>[] => [
  scores,
  referenceScores,
  ...[...read, ...grad].flat().map(({ values }) => values),
];

function sameBits(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** The promise, or the reason of an abort if that is sooner. */
async function untilAborted<T>(signal: AbortSignal | undefined, promise: Promise<T>): Promise<T> {
  if (!signal) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
