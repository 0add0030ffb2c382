import { fill, memory, type Tensor } from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type Attribution,
  type AttributionMethod,
  attribute,
  type Baseline,
  neuron,
  prepare,
} from '@vitrum/core';
import type { Toy } from '../models';
import { seeded } from '../seeded';

/** At the inputs for a class, at a layer for a class, or at the inputs for a neuron. */
export type Place = 'inputs' | 'layer' | 'neuron';

/** A method on a toy model: what a law is held to. */
export interface Subject {
  readonly method: AttributionMethod;
  readonly toy: Toy;
  /** Where the toy's hidden layer is what is attributed at, or a neuron of it what is explained. */
  readonly place: Place;
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
function optionsOf({ method, toy, place, baseline }: Subject, extra: Extra = {}): AttributeOptions {
  const { site, index } = toy.hidden;
  return {
    method,
    ...(!method.targetless && { target: place === 'neuron' ? neuron(site, index) : 1 }),
    ...(place === 'layer' && { at: site }),
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

const plain = new WeakMap<Subject, Promise<Result>>();

/** What the plain call gives. Called once for a subject: its laws share the result. */
export function explained(subject: Subject): Promise<Result> {
  const before = plain.get(subject);
  if (before) return before;
  const inputs = inputsOf(subject);
  const result = explain(subject, inputs).finally(() => inputs.dispose());
  plain.set(subject, result);
  return result;
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
