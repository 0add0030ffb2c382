import { join } from 'node:path';
import { memory, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Attribution, attribute, prepare } from '@vitrum/core';
import { interpolate } from '@vitrum/layer-methods';
import { type Bound, compare, largest, type Numbers } from '../compare';
import { type Registry, readCall, unregistered } from './call';
import { type CaseFile, type Container, type GoldenCase, methodNames } from './case';
import type { ModelStore } from './models';
import { entries, readNumbers } from './tensors';

export interface CaseResult {
  readonly name: string;
  readonly path: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Largest |got − expected| of the values, and the same divided by the largest |expected|. */
  readonly absolute: number;
  readonly relative: number;
  /** Rows the model ran, forward and backward. */
  readonly rows: number;
  readonly milliseconds: number;
  /** Why it failed or was skipped. */
  readonly problems: readonly string[];
}

export interface RunContext {
  readonly registry: Registry;
  readonly models: ModelStore;
  /** Methods that must be registered; a case of another unregistered method is skipped. */
  readonly required?: readonly string[];
}

/** Runs one case. Never rejects: an error is a failure of the case. */
export async function runCase(file: CaseFile, { registry, models, required = [] }: RunContext): Promise<CaseResult> {
  const { golden, path } = file;
  const result = { name: golden.name, path, absolute: Number.NaN, relative: Number.NaN, rows: 0, milliseconds: 0 };
  const missing = unregistered(golden.method, registry);
  if (missing !== undefined) {
    const demanded = methodNames(golden.method).some((name) => required.includes(name));
    return {
      ...result,
      status: demanded ? 'failed' : 'skipped',
      problems: [`the method "${missing}" is not registered`],
    };
  }
  try {
    const model = await models.load(join(file.folder, golden.model));
    const before = memory().numTensors;
    const outcome = await measure(file, model, registry);
    const leaked = memory().numTensors - before;
    const problems = [...outcome.problems, ...(leaked === 0 ? [] : [`${leaked} tensors more than before the case`])];
    return { ...result, ...outcome, status: problems.length === 0 ? 'passed' : 'failed', problems };
  } catch (error) {
    return { ...result, status: 'failed', problems: [error instanceof Error ? error.message : String(error)] };
  }
}

type Outcome = Omit<CaseResult, 'name' | 'path' | 'status'>;

async function measure(file: CaseFile, loaded: Parameters<typeof prepare>[0], registry: Registry): Promise<Outcome> {
  const { golden, folder } = file;
  const call = await readCall(file, registry);
  // Prepared here so that what Vitrum keeps for a model can be freed, and a leak be told from a cache.
  const model = await prepare(loaded);
  let attribution: Attribution | undefined;
  const made: Tensor[] = [];
  try {
    const start = performance.now();
    attribution = await attribute(model, call.inputs, call.options);
    const milliseconds = performance.now() - start;
    const names = entries(golden.expect.values).map(([name]) => name);
    const values = after(golden, pick(attribution.values, names), made);
    const got = await numbers(values);
    const expected = await readExpected(golden.expect.values, folder);
    const errors = attribution.standardError && (await numbers(pick(attribution.standardError, names)));
    const bound = boundOf(golden, expected, errors);
    const labels = names.map((name) => `values ${names.length > 1 ? name : ''}`.trim());
    const comparison = compare(got, expected, labels, bound);
    const problems = [...comparison.problems, ...deltaProblems(golden, attribution.convergenceDelta)];
    if (problems.length > 0 && golden.statistical && !errors) problems.push('no standard error was reported');
    const { forward, backward } = attribution.cost;
    return { ...comparison, rows: forward + backward, milliseconds, problems };
  } finally {
    attribution?.dispose();
    model.dispose();
    for (const tensor of [...call.tensors, ...made]) tensor.dispose();
  }
}

/** What `post` asks to be done to the result. The new tensors are added to `made`. */
function after({ post }: GoldenCase, values: readonly Tensor[], made: Tensor[]): readonly Tensor[] {
  if (!post) return values;
  const { size, mode } = post.interpolate;
  const resized = values.map((value) => tidy(() => interpolate(value, [...size], { mode })));
  made.push(...resized);
  return resized;
}

/** |got − expected| ≤ atol + rtol·max|expected|, or for a sampled method what its own standard error allows. */
function boundOf(
  { tolerance, statistical }: GoldenCase,
  expected: readonly Numbers[],
  errors: readonly Numbers[] | undefined,
): Bound {
  const fixed = tolerance.atol + tolerance.rtol * largest(expected);
  if (!statistical) return () => fixed;
  return (t, i) => statistical.standardErrors * (errors?.[t]?.values[i] ?? 0) + statistical.atol;
}

function deltaProblems({ expect, tolerance }: GoldenCase, got: Float32Array | undefined): readonly string[] {
  const wanted = expect.convergenceDelta;
  if (!wanted) return [];
  if (!got) return ['no convergenceDelta was reported'];
  const of = (values: ArrayLike<number>): Numbers => ({ shape: [values.length], values });
  return compare([of(got)], [of(wanted)], ['convergenceDelta'], () => tolerance.delta ?? tolerance.atol).problems;
}

/** The tensors of a result: alone, in a list, or by name. */
function pick(values: Attribution['values'], names: readonly string[]): readonly Tensor[] {
  if (Array.isArray(values)) return values;
  if ('dataId' in values) return [values as Tensor]; // a record of tensors has no `dataId`
  const record = values as Record<string, Tensor>; // what is left of the type
  if (String(Object.keys(record).sort()) !== String([...names].sort()))
    throw new Error(`values are named ${Object.keys(record)}`);
  return names.flatMap((name) => record[name] ?? []);
}

const numbers = (tensors: readonly Tensor[]): Promise<Numbers[]> =>
  Promise.all(tensors.map(async (tensor) => ({ shape: tensor.shape, values: await tensor.data() })));

const readExpected = (values: Container<Parameters<typeof readNumbers>[0]>, folder: string): Promise<Numbers[]> =>
  Promise.all(
    entries(values).map(async ([, data]) => ({ shape: data.shape, values: await readNumbers(data, folder) })),
  );
