import { deepStrictEqual, ok, rejects } from 'node:assert/strict';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { add, cast, concat, dispose, mul, reshape, split, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import {
  type AttributionMethod,
  attribute,
  defineMethod,
  type Inputs,
  type ModelLike,
  type Site,
  type Tensors,
} from '@vitrum/core';
import { beforeAll, describe, test } from 'vitest';
import { openBackend } from '../backends';
import { closeTo } from '../close-to';
import { onEachBackend } from '../on-each-backend';
import { seededNumbers } from '../seeded';
import { type DirectionalOptions, directionalCheck } from './directional';

/** A model, with a way past Vitrum to what it answers. */
export interface Specimen {
  readonly model: ModelLike;
  /** What the model says by itself. The caller disposes it. */
  answer(inputs: Tensor[]): Promise<Tensor[]>;
  dispose(): void;
}

export const ofLayers = (model: LayersModel): Specimen => ({
  model,
  answer: async (inputs) => [model.predict(inputs.length === 1 ? (inputs[0] as Tensor) : inputs)].flat(),
  dispose() {
    const weights = model.weights.map((weight) => weight.read());
    model.dispose();
    // A layer that is called twice is not disposed with its model.
    dispose(weights.filter(({ isDisposed }) => !isDisposed));
  },
});

export interface GraphRun {
  /** The graph has control flow or operations that wait for values. @defaultValue false */
  readonly waits?: boolean;
}

/** Inputs and outputs in the order of the signature. A graph for one row is run row by row. */
export const ofGraph = (model: GraphModel, { waits = false }: GraphRun = {}): Specimen => {
  const { outputs = {} } = (model.modelSignature ?? {}) as { outputs?: object }; // as the builder writes it
  const names = Object.keys(outputs).length > 0 ? Object.keys(outputs) : model.outputs.map(({ name }) => name);
  const run = async (inputs: readonly Tensor[]) => {
    const feed = Object.fromEntries(model.inputs.map(({ name }, i) => [name, inputs[i] as Tensor])); // one each
    return [waits ? await model.executeAsync(feed, names) : model.execute(feed, names)].flat();
  };
  return {
    model,
    async answer(inputs) {
      const [rows = 1] = inputs[0]?.shape ?? [];
      if (model.inputs[0]?.shape?.[0] !== 1 || rows === 1) return run(inputs);
      const each = inputs.map((tensor) => split(tensor, rows));
      const answers: Tensor[][] = [];
      for (let row = 0; row < rows; row++) answers.push(await run(each.map((parts) => parts[row] as Tensor)));
      const joined = names.map((_, i) => concat(answers.map((answer) => answer[i] as Tensor))); // one for each name
      dispose(answers);
      return joined;
    },
    dispose: () => model.dispose(),
  };
};

export const ofFunction = (
  model: (...inputs: Tensor[]) => Tensor | Tensor[] | Promise<Tensor | Tensor[]>,
): Specimen => ({
  model,
  answer: async (inputs) => [await model(...inputs)].flat(),
  dispose: () => undefined,
});

/** A model of some kind, and where its gradients are checked. */
export interface ModelCase {
  /** Called for every test anew. */
  make(): Specimen | Promise<Specimen>;
  /** What is attributed. */
  inputs(): Tensor | Tensor[];
  /** One number for each row. @defaultValue a weighted sum of all outputs */
  readonly target?: (outputs: Tensors) => Tensor;
  /** Places inside. @defaultValue [] */
  readonly at?: readonly Site[];
  /** Whether the inputs themselves can be differentiated: not if they are integers. @defaultValue true */
  readonly atInputs?: boolean;
  /** A kernel without a gradient on the way to the inputs: attributing there is an error that names it. */
  readonly without?: string;
  /** Backends that cannot run it, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
  readonly check?: Omit<DirectionalOptions, 'target' | 'at'>;
}

/**
 * Tests, on each backend, that the gradient of every model is its derivative by finite differences, that its scores are
 * those the model gives by itself, and that it is left as it was.
 */
export function describeModels(cases: Readonly<Record<string, ModelCase>>): void {
  onEachBackend('on %s', (backend) => {
    beforeAll(() => openBackend(backend));

    for (const [name, example] of Object.entries(cases)) {
      if (example.except?.[backend] === undefined) describe(name, () => describeModel(example));
    }
  });
}

function describeModel(example: ModelCase): void {
  const { without, atInputs = !without, at = [], check, target = weighedOutputs } = example;
  if (without) {
    test(`has no gradient at the inputs, for want of one for ${without}`, () =>
      withModel(example, ({ model }, inputs) =>
        rejects(directionalCheck(model, inputs, { target }), {
          code: 'gradient',
          message: RegExp(`kernel ${without}\\b`),
        }),
      ));
  }
  for (const site of [...(atInputs ? [undefined] : []), ...at]) {
    test(`has its derivative for a gradient at ${site ? `the ${site.side} of ${site.layer}` : 'the inputs'}`, () =>
      withModel(example, ({ model }, inputs) =>
        directionalCheck(model, inputs, { ...check, target, ...(site && { at: site }) }),
      ));
  }
  test('scores what it answers by itself, every time, and is left as it was', () => withModel(example, holdsStill));
}

async function withModel(
  example: ModelCase,
  act: (specimen: Specimen, inputs: Tensor | Tensor[], example: ModelCase) => Promise<void>,
): Promise<void> {
  const specimen = await example.make();
  try {
    await act(specimen, example.inputs(), example);
  } finally {
    specimen.dispose();
  }
}

/** Σ over all outputs of seeded weights ⊙ output: a score that every element of every output counts for. */
export const weighedOutputs = (outputs: Tensors): Tensor =>
  outputs
    .map((output, i) => {
      const [rows = 1] = output.shape;
      const size = output.size / rows;
      const flat = reshape(cast(output, 'float32'), [rows, size]);
      return sum(mul(flat, tensor(seededNumbers(500 + i, size), [1, size])), 1);
    })
    .reduce((total, part) => add(total, part));

async function holdsStill(
  { model, answer }: Specimen,
  inputs: Inputs,
  { target = weighedOutputs }: ModelCase,
): Promise<void> {
  const parts = () =>
    [model, ...('layers' in model ? model.layers : [])].map((part) =>
      // Which tfjs-converter adds to a GraphModel when it is first asked.
      Reflect.ownKeys(part as object).filter((key) => key !== 'resourceIdToCapturedInput'),
    );
  const before = parts();
  const explained: Float32Array[] = [];
  for (let call = 0; call < 2; call++) {
    const why = await attribute(model, inputs, { method: score(), target });
    explained.push(why.score);
    deepStrictEqual(why.notes, []);
  }
  const [first, second] = explained;
  ok(first && second);
  deepStrictEqual(second, first, 'two calls give two answers');
  deepStrictEqual(parts(), before, 'something was left on the model');

  const outputs = await answer([inputs].flat() as Tensor[]); // no record
  const scores = tidy(() => target(outputs));
  await closeTo(first, scores, { absolute: 1e-5, relative: 1e-5 });
  dispose([scores, ...outputs]);
}

/** Only looks at the scores. */
const score: () => AttributionMethod = defineMethod(
  'score',
  { uses: [], deterministic: true, rowwise: true },
  () => async (probe) => {
    await probe.scores();
    return probe.inputs.map((input) => mul(cast(input, 'float32'), 0));
  },
);
