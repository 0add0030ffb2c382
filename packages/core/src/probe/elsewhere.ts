import { type DataType, type Tensor, type TypedArray, tensor } from '@tensorflow/tfjs-core';
import type { Container } from '../inputs';
import type { Model } from '../model/model';
import type { Tensors } from '../tape/node';
import { openSession } from './session';
import { evaluatorOf, type Work } from './work';

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
  /** What the model answers for this row, one row of each output: of every copy of it that there is. */
  outputs(row: number, made?: Tensors): Promise<readonly (readonly TensorData[])[]>;
  /**
   * Evaluates rows `start` … `end`. If it fails, they are evaluated here.
   * @param made the points themselves, where they are made by a function of the method. Borrowed until `end`.
   */
  rows(start: number, end: number, made?: Tensors): Promise<Delivery>;
  /** Nothing more is wanted; what is still on its way is given up. */
  end(): void;
}

/** The parts of a call that go with its work. */
export interface Surroundings {
  readonly container: Pick<Container, 'names' | 'context' | 'arrange'>;
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
  begin(work: Work, surroundings: Surroundings): Promise<Assignment | string>;
}

/** Evaluates rows that somebody asks for from elsewhere, of a model that is here. */
export interface Helper {
  outputs(row: number, made?: Tensors): Promise<TensorData[]>;
  rows(start: number, end: number, made?: Tensors): Promise<Delivery>;
  dispose(): void;
}

/** The other side of an `Assignment`: what is asked for there is evaluated here, on `model`. */
export function helperFor(model: Model, work: Work, { container, whole }: Surroundings): Helper {
  const session = openSession(model, { ...container, tensors: work.inputs, rebuild: ([first]) => first as Tensor }, {});
  // Whoever asks has compared both ways.
  const evaluator = evaluatorOf(session, work, { known: true, sound: !whole });
  const notes = new Set(session.notes);
  return {
    async outputs(row, made) {
      const rows = await evaluator.rows(row, row + 1, { purpose: 'ahead', made });
      try {
        return await dataOf(rows.outputs);
      } finally {
        rows.dispose();
      }
    },
    async rows(start, end, made) {
      const { forward, backward } = session.cost;
      for (const set of [session.notes, ...work.asks.map(({ notes }) => notes)]) set.clear();
      const rows = await evaluator.rows(start, end, { made });
      try {
        const answers = [];
        for (const [i, { scores, referenceScores, value, grad }] of (await rows.answers()).entries()) {
          const { read = [], grad: graded = [], notes = [] } = work.asks[i] ?? {};
          answers.push({
            scores: scores.slice(),
            referenceScores: referenceScores.slice(),
            read: await Promise.all(read.map((where) => dataOf(value(where)))),
            grad: await Promise.all(graded.map((where) => dataOf(grad(where)))),
            notes: [...notes],
          });
        }
        const cost = { forward: session.cost.forward - forward, backward: session.cost.backward - backward };
        return { answers, notes: [...session.notes].filter((note) => !notes.has(note)), cost };
      } finally {
        rows.dispose();
      }
    },
    dispose: () => evaluator.dispose(),
  };
}

/** Copies of the values of tensors, which can be given away. */
export const dataOf = (tensors: Tensors): Promise<TensorData[]> =>
  Promise.all(
    tensors.map(async (tensor) => {
      const { shape, dtype } = tensor;
      return { shape, dtype, values: (await tensor.data()).slice() };
    }),
  );

/** The tensors, which the caller disposes. */
export const tensorsOf = (data: readonly TensorData[]): Tensor[] =>
  data.map(({ values, shape, dtype }) => tensor(values as TypedArray, [...shape], dtype)); // strings are taken as well
