import { fill, memory, type Tensor } from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type Attribution,
  type AttributionMethod,
  attribute,
  type Baseline,
  prepare,
} from '@vitrum/core';
import type { Toy } from '../models';
import { seeded } from '../seeded';

/** A method on a toy model: what a law is held to. */
export interface Subject {
  readonly method: AttributionMethod;
  readonly toy: Toy;
  /** At the toy's hidden layer, not at its inputs. */
  readonly hidden: boolean;
  /** For a method that uses a baseline. */
  readonly baseline: Baseline;
  /** What two ways to the same numbers may differ by, as a share of the largest. */
  readonly tolerance: number;
}

export const examples = 3;

/** Three examples for the subject's model. The caller disposes them. */
export const inputsOf = ({ toy }: Subject): Tensor => seeded(7, [examples, ...toy.inputShape]);

export type Extra = Partial<AttributeOptions>;

/** The arguments that suit the subject, and those a law adds. */
function optionsOf({ method, toy, hidden, baseline }: Subject, extra: Extra = {}): AttributeOptions {
  return {
    method,
    ...(!method.targetless && { target: 1 }),
    ...(hidden && { at: toy.hidden.site }),
    ...(method.uses.includes('baseline') && { baseline }),
    ...extra,
  };
}

/** What a call gave, as numbers; its tensors are disposed. */
export interface Result {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly attribution: Attribution<Tensor>;
}

export async function explain(subject: Subject, inputs: Tensor, extra: Extra = {}): Promise<Result> {
  const attribution = await attribute(subject.toy.model, inputs, optionsOf(subject, extra));
  try {
    const { shape } = attribution.values;
    return { shape, values: Float32Array.from(await attribution.values.data()), attribution };
  } finally {
    attribution.dispose();
  }
}

/** How many more tensors there are after `act`, which gets a model that is prepared and disposed for it. */
export async function tensorsLeft(subject: Subject, act: (prepared: Subject) => Promise<void>): Promise<number> {
  const before = memory().numTensors;
  const model = await prepare(subject.toy.model);
  try {
    await act({ ...subject, toy: { ...subject.toy, model } });
  } finally {
    model.dispose();
  }
  return memory().numTensors - before;
}

/** A score that is 3 whatever the input. */
export const constantScore = (_outputs: unknown, { example }: { example: Int32Array }): Tensor =>
  fill([example.length], 3);
