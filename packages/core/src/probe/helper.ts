import { type Tensor, type TypedArray, tensor } from '@tensorflow/tfjs-core';
import type { Model } from '../model/model';
import type { Tensors } from '../tape/node';
import type { Delivery, TensorData, WorkSurroundings } from './elsewhere';
import { openSession } from './session';
import { type EvaluatedRows, evaluatorOf, type Work } from './work';

/** Evaluates rows that somebody asks for from elsewhere, of a model that is here. */
export interface Helper {
  rows(start: number, end: number, made?: Tensors): Promise<Delivery>;
  dispose(): void;
}

/** The other side of an `Assignment`: what is asked for there is evaluated here, on `model`. */
export function helperFor(model: Model, work: Work, { container, rows, whole }: WorkSurroundings): Helper {
  const own: Model = rows === undefined ? model : Object.create(model, { rows: { value: rows } });
  // Nothing is put together here.
  const rebuild = () => [];
  const session = openSession(own, { ...container, tensors: work.inputs, rebuild }, {});
  // Whoever asks has compared both ways.
  const evaluator = evaluatorOf(session, work, { known: true, sound: !whole });
  const known = new Set(session.notes);
  return {
    async rows(start, end, made) {
      const { forward, backward } = session.cost;
      for (const notes of [session.notes, ...work.asks.map(({ notes }) => notes)]) notes.clear();
      const rows = await evaluator.rows(start, end, { made });
      try {
        const cost = { forward: session.cost.forward - forward, backward: session.cost.backward - backward };
        const answers = await packed(rows, work);
        return { answers, notes: [...session.notes].filter((note) => !known.has(note)), cost };
      } finally {
        rows.dispose();
      }
    },
    dispose: () => evaluator.dispose(),
  };
}

/** What rows answered, so that it can travel. */
export async function packed(rows: EvaluatedRows, { asks }: Work): Promise<Delivery['answers']> {
  const answers: Delivery['answers'][number][] = [];
  for (const [i, { scores, referenceScores, value, grad }] of (await rows.answers()).entries()) {
    const { read = [], grad: graded = [], notes = [] } = asks[i] ?? {};
    answers.push({
      scores: scores.slice(),
      referenceScores: referenceScores.slice(),
      read: await Promise.all(read.map((where) => dataOf(value(where)))),
      grad: await Promise.all(graded.map((where) => dataOf(grad(where)))),
      notes: [...notes],
    });
  }
  return answers;
}

/** Copies of the values of tensors, which can be given away. */
export const dataOf = (tensors: Tensors): Promise<TensorData[]> =>
  Promise.all(
    tensors.map(async (tensor) => {
      const { shape, dtype } = tensor;
      if (dtype === 'complex64') throw new Error('complex numbers do not travel');
      return { shape, dtype, values: (await tensor.data()).slice() };
    }),
  );

/** The tensors, which the caller disposes. */
export const tensorsOf = (data: readonly TensorData[]): Tensor[] =>
  data.map(({ values, shape, dtype }) => tensor(values as TypedArray, [...shape], dtype)); // strings are taken as well
