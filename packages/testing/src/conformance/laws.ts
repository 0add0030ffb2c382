import { deepStrictEqual, equal, ok, rejects } from 'node:assert/strict';
import { slice, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { closeTo } from '../close-to';
import {
  constantScore,
  type Extra,
  examples,
  explain,
  explained,
  inputsOf,
  type Subject,
  tensorsLeft,
} from './subject';

/** Rejects if the subject breaks it. */
export type Law = (subject: Subject) => Promise<void>;

/** What holds for every method, by the sentence that states it. */
export const laws: Readonly<Record<string, Law>> = {
  async 'keeps the shape of what is attributed'(subject) {
    const { toy, place } = subject;
    const hidden = place === 'layer';
    const { shape } = await explained(subject);
    const expected = [examples, ...(hidden ? toy.hidden.shape : toy.inputShape)];
    // A map over a layer may have one channel for all.
    const kept =
      shape.length === expected.length &&
      shape.every((size, d) => size === expected[d] || (hidden && d === shape.length - 1 && size === 1));
    ok(kept, `shape [${shape}] for [${expected}]`);
  },

  async 'gives finite numbers, not all of them zero'(subject) {
    const { values } = await explained(subject);
    ok(values.every(Number.isFinite), 'there is a number that is not finite');
    ok(
      values.some((value) => value !== 0),
      'all numbers are zero',
    );
  },

  async 'gives zeros for a score that ignores its input'(subject) {
    if (subject.method.targetless || subject.place === 'neuron') return;
    const { values } = await explain(subject, inputsOf(subject), { target: constantScore });
    ok(
      values.every((value) => value === 0),
      'there is a number that is not zero',
    );
  },

  async 'reports the score the model gives'(subject) {
    const { method, toy, place } = subject;
    if (method.targetless) return;
    const inputs = inputsOf(subject);
    const one = (values: Tensor, index: readonly number[]) =>
      slice(values, [0, ...index], [examples, ...index.map(() => 1)]);
    const outputs = tidy(() =>
      place === 'neuron' ? one(toy.hidden.values(inputs), toy.hidden.index) : one(toy.predict(inputs), [1]),
    );
    const { attribution } = await explained(subject);
    await closeTo(attribution.score, await outputs.data());
    outputs.dispose();
  },

  async 'reports how far its sums are from completeness'(subject) {
    const { attribution, values } = await explained(subject);
    const { convergenceDelta: delta, score, baselineScore } = attribution;
    equal(delta !== undefined, Boolean(subject.method.complete), 'convergenceDelta comes with `complete`');
    if (!delta) return;
    const size = values.length / examples;
    const expected = Array.from(score, (s, e) => {
      const sum = values.subarray(e * size, (e + 1) * size).reduce((total, value) => total + value, 0);
      return sum - (s - (baselineScore?.[e] ?? 0));
    });
    const scale = Math.max(...score.map(Math.abs), ...values.map(Math.abs));
    await closeTo(delta, expected, { absolute: 1e-5 * scale, relative: 0 });
  },

  async 'explains a row alone as in a batch'(subject) {
    const { method, tolerance } = subject;
    if (!method.rowwise) return;
    const inputs = inputsOf(subject);
    const { values, shape } = await explained(subject);
    const size = values.length / examples;
    // A random draw belongs to the position of its example: only the first is drawn alike.
    const rows = method.deterministic ? examples : 1;
    for (let row = 0; row < rows; row++) {
      const alone = await explain(subject, slice(inputs, [row], [1]));
      const expected = { shape: [1, ...shape.slice(1)], values: values.subarray(row * size, (row + 1) * size) };
      await closeTo(alone, expected, { absolute: tolerance * largest(values), relative: 0 });
    }
  },

  async 'gives the same in batches of any size'(subject) {
    const inputs = inputsOf(subject);
    const expected = await explained(subject);
    // Left out there, it is what is chosen for it.
    for (const batchSize of [1, 2, 64]) {
      const other = await explain(subject, inputs, { batchSize });
      await closeTo(other, expected, { absolute: subject.tolerance * largest(expected.values), relative: 0 });
    }
  },

  async 'gives the same bits for the same call'(subject) {
    const inputs = inputsOf(subject);
    const { values } = await explained(subject);
    deepStrictEqual((await explain(subject, inputs)).values, values);
    if (subject.method.deterministic) deepStrictEqual((await explain(subject, inputs, { seed: 6 })).values, values);
  },

  async 'leaves the inputs as they were'(subject) {
    const inputs = inputsOf(subject);
    const before = await inputs.data();
    const copy = before.slice();
    await explain(subject, inputs);
    ok(!inputs.isDisposed, 'they were disposed');
    deepStrictEqual(await inputs.data(), copy);
  },

  async 'leaves the model as it was'(subject) {
    const { toy } = subject;
    const inputs = inputsOf(subject);
    const answer = async () => {
      const outputs = toy.predict(inputs);
      const values = await outputs.data();
      outputs.dispose();
      return values;
    };
    const parts = () =>
      [toy.model, ...('layers' in toy.model ? toy.model.layers : [])].map((part) => Reflect.ownKeys(part));
    const [answered, made] = [await answer(), parts()];
    await explain(subject, inputs);
    deepStrictEqual(await answer(), answered);
    deepStrictEqual(parts(), made);
  },

  async 'refuses an argument that it does not use'(subject) {
    const inputs = inputsOf(subject);
    const unused: readonly (Extra & { readonly features?: unknown })[] = [{ baseline: 0 }, { features: inputs }];
    for (const extra of unused) {
      if (subject.method.uses.some((name) => name in extra)) continue;
      await rejects(explain(subject, inputs, extra), { name: 'AttributionError', code: 'option' });
    }
    if (subject.method.targetless) await rejects(explain(subject, inputs, { target: 0 }), { code: 'option' });
    if (subject.method.layerOnly) await rejects(explain({ ...subject, place: 'inputs' }, inputs), { code: 'site' });
  },

  async 'leaves no tensor behind'(subject) {
    const inputs = inputsOf(subject);
    equal(await tensorsLeft(subject, async (prepared) => void (await explain(prepared, inputs))), 0);
  },

  async 'leaves no tensor behind when the model fails'(subject) {
    const inputs = inputsOf(subject);
    const failure = new Error('the model fails');
    for (const pass of [1, 2, 3]) {
      const left = await tensorsLeft(subject, async (prepared) => {
        const failing = failingAt(prepared, pass, failure);
        await explain(failing, inputs, { batchSize: 1 }).then(
          () => ok(false, `it needs fewer than ${pass} passes for ${examples} examples`),
          (error: unknown) => equal(error, failure),
        );
      });
      equal(left, 0, `after a failure of pass ${pass}`);
    }
  },

  async 'stops when it is aborted, with the reason, and leaves no tensor behind'(subject) {
    const inputs = inputsOf(subject);
    const reason = new Error('enough');
    for (const batches of [0, 1, 2]) {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        seen++;
        if (seen === batches) controller.abort(reason);
      };
      if (batches === 0) controller.abort(reason);
      const left = await tensorsLeft(subject, async (prepared) => {
        const call = explain(prepared, inputs, { batchSize: 1, signal: controller.signal, onProgress });
        await rejects(call, (error) => error === reason);
      });
      equal(left, 0, `aborted after ${batches} batches`);
    }
  },

  async 'tells its progress up to the end'(subject) {
    const inputs = inputsOf(subject);
    const seen: { done: number; total: number }[] = [];
    await explain(subject, inputs, { batchSize: 1, onProgress: (progress) => void seen.push({ ...progress }) });
    ok(seen.length > 0, 'no progress was told');
    for (const [i, { done, total }] of seen.entries()) {
      const before = seen[i - 1] ?? { done: 0, total: 0 };
      const grows = done > before.done && total >= before.total && done <= total;
      ok(grows, `${done} of ${total} after ${before.done} of ${before.total}`);
    }
    equal(seen.at(-1)?.done, seen.at(-1)?.total, 'the last is not the end');
  },
};

const largest = (values: Float32Array): number => values.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-6);

/** The subject with a model whose pass number `pass` fails. */
function failingAt(subject: Subject, pass: number, failure: Error): Subject {
  const { model } = subject.toy;
  if (!('run' in model)) throw new Error('only a prepared model can be made to fail');
  let passes = 0;
  const run: typeof model.run = (inputs, visits) => {
    passes++;
    if (passes === pass) throw failure;
    return model.run(inputs, visits);
  };
  const failing = Object.create(model, { run: { value: run } });
  return { ...subject, toy: { ...subject.toy, model: failing } };
}
