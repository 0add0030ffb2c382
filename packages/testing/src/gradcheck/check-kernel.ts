import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import type { GradientTable } from '@vitrum/core';
import fc from 'fast-check';
import { type Check, compareWithCpu, compareWithDifferences, describeCheck, errorOf } from './differences';
import { describeCase, excepted, type KernelCase, type KernelCases, run } from './kernel-case';

/** Cases of a kernel at random, by its name. */
export type DrawnCases = Readonly<Record<string, fc.Arbitrary<KernelCase>>>;

/** Fixed cases, and cases drawn anew from the same seed on every run. */
export interface GradientCases {
  readonly fixed: KernelCases;
  readonly drawn: DrawnCases;
}

/** What the comparison of one kernel's rule with finite differences came to. */
export interface KernelReport {
  readonly kernel: string;
  /** Inputs of calls that were compared. */
  readonly checks: number;
  /** Calls left out: the backend refuses them, or it and cpu both get them wrong. */
  readonly excepted: number;
  /** Of all checks, the largest error in tolerances. */
  readonly worst: number;
  /** One line for each case that failed; of the drawn ones the smallest that does. */
  readonly problems: readonly string[];
  /** Why nothing was compared. */
  readonly skipped?: string;
}

/** How drawn cases come about: the same on every run and machine. */
export const drawing = { seed: 1, numRuns: 20 };

/** Compares the rule of `kernel` in `table` with finite differences in all its cases, on `backend`, which is in use. */
export async function checkKernel(
  kernel: string,
  backend: string,
  table: GradientTable,
  { fixed, drawn }: GradientCases,
): Promise<KernelReport> {
  if (!getKernel(kernel, getBackend())) {
    return { kernel, checks: 0, excepted: 0, worst: 0, problems: [], skipped: `${backend} has no ${kernel}` };
  }
  const checks: Check[] = [];
  const problems: string[] = [];
  const exceptions: string[] = [];
  const problemsOf = async (example: KernelCase): Promise<string[]> => {
    const reason = excepted(kernel, example, backend);
    try {
      if (reason !== undefined && !(await canBeHeldToCpu(kernel, example, backend))) {
        exceptions.push(reason);
        return [];
      }
      const compared =
        reason === undefined
          ? await compareWithDifferences(kernel, example, table)
          : await compareWithCpu(kernel, example, table, backend);
      checks.push(...compared);
      if (compared.length === 0) return [`${describeCase(example)}: nothing was differentiated`];
      return compared.filter((check) => !(errorOf(check) <= 1)).map(describeCheck);
    } catch (error) {
      return [`${describeCase(example)}: ${error instanceof Error ? error.message : error}`];
    }
  };
  for (const example of fixed[kernel] ?? []) problems.push(...(await problemsOf(example)));
  const arbitrary = drawn[kernel];
  if (arbitrary) {
    const property = fc.asyncProperty(arbitrary, async (example) => {
      const wrong = await problemsOf(example);
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    });
    const { failed, errorInstance, counterexamplePath, seed } = await fc.check(property, drawing);
    if (failed) problems.push(`drawn (seed ${seed}, path ${counterexamplePath}): ${messageOf(errorInstance)}`);
  }
  const report = { kernel, checks: checks.length, excepted: exceptions.length, problems };
  if (checks.length === 0 && problems.length === 0 && exceptions[0] !== undefined) {
    return { ...report, worst: 0, skipped: `${backend} ${exceptions[0]}` };
  }
  return { ...report, worst: Math.max(0, ...checks.map(errorOf)) };
}

/** Whether `backend` runs this call, if wrongly, and cpu rightly. */
async function canBeHeldToCpu(kernel: string, example: KernelCase, backend: string): Promise<boolean> {
  if (backend === 'cpu' || excepted(kernel, example, 'cpu') !== undefined) return false;
  try {
    await run(kernel, example);
    return true;
  } catch {
    return false;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
