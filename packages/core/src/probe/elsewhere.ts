import { type DataType, type Tensor, type TypedArray, tensor } from '@tensorflow/tfjs-core';
import type { Container } from '../inputs';
import type { Model } from '../model/model';
import type { Tensors } from '../tape/node';
import { openSession } from './session';
import { type EvaluatedRows, evaluatorOf, type Work } from './work';

/** A tensor that can travel. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly values: TypedArray | readonly string[];
}

/** What rows answered elsewhere. */
export interface Delivery {
  /** To each ask: what it wanted to read, and its gradients, in the order of `read` and of `grad`. */
  readonly answers: readonly {
    readonly scores: Float32Array;
    readonly referenceScores: Float32Array;
    readonly read: readonly (readonly TensorData[])[];
    readonly grad: readonly (readonly TensorData[])[];
    readonly notes: readonly string[];
  }[];
  /** What must be said of the model. */
  readonly notes: readonly string[];
  /** Model rows. */
  readonly cost: { readonly forward: number; readonly backward: number };
}

/** A work that has begun elsewhere. */
export interface Assignment {
  /**
   * Evaluates rows `start` … `end`. If it fails, they are evaluated here.
   * @param made the points themselves, where they are made by a function of the method. Borrowed until `end`.
   */
  rows(start: number, end: number, made?: Tensors): Promise<Delivery>;
  /** The same by every copy of the model that there is, so that they can be compared. */
  rowsOfEach(start: number, end: number, made?: Tensors): Promise<readonly Delivery[]>;
  /** Nothing more is wanted; what is still on its way is given up. */
  end(): void;
}

/** The parts of a call that go with its work. */
export interface WorkSurroundings {
  readonly container: Pick<Container, 'names' | 'context' | 'arrange'>;
  /** How many rows the model takes at once, if that is fixed. */
  readonly rows?: number | undefined;
  /** Of the TF.js backend. */
  readonly backend: string;
  /** Rows run from the inputs on, as the model answers otherwise when they go on from a cut. */
  readonly whole: boolean;
}

/** Where else rows can be evaluated: other threads, or other machines, that have the model too. */
export interface Elsewhere {
  /** How many batches are worked on there at once. */
  readonly count: number;
  /**
   * Begins a work there. Its tensors are borrowed until `end`.
   * @returns in words why it cannot be done there, if so
   */
  begin(work: Work, surroundings: WorkSurroundings): Promise<Assignment | string>;
}

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
