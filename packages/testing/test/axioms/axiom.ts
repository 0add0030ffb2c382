import type { AttributionMethod } from '@vitrum/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src';
import { methods } from './explain';

export interface Axiom {
  /** By how much a method misses it, for what the seed stands for. */
  readonly misses: (method: AttributionMethod, seed: number) => Promise<number>;
  /** What it may miss it by. @defaultValue 1e-4 */
  readonly tolerance?: number | ((name: string) => number);
  /** Methods that do not promise it, each with the reason. That they break it is tested too. */
  readonly but: Readonly<Record<string, string>>;
  /** How many seeds. @defaultValue 6 */
  readonly runs?: number;
}

/** Tests that every method keeps to an axiom, whatever the weights, or is known to break it. */
export function describeAxiom(sentence: string, { misses, tolerance = 1e-4, but, runs = 6 }: Axiom): void {
  const allowed = (name: string) => (typeof tolerance === 'number' ? tolerance : tolerance(name));
  const seeds = fc.integer({ min: 1, max: 1e6 });
  describe(sentence, () => {
    beforeAll(() => openBackend('cpu'));

    test('its exceptions are methods that there are', () => {
      expect(Object.keys(methods)).toEqual(expect.arrayContaining(Object.keys(but)));
    });

    for (const [name, method] of Object.entries(methods)) {
      const reason = but[name];
      if (reason === undefined) {
        const keeps = fc.asyncProperty(seeds, async (seed) => {
          expect(await misses(method, seed)).toBeLessThanOrEqual(allowed(name));
        });
        test(name, () => fc.assert(keeps, { numRuns: runs }));
        continue;
      }
      test(`but not ${name}: ${reason}`, async () => {
        let worst = 0;
        // Always the same seeds: one that breaks it is to be found every time.
        for (const seed of fc.sample(seeds, { seed: 1, numRuns: 60 })) {
          worst = Math.max(worst, await misses(method, seed));
          if (worst > 10 * allowed(name)) return;
        }
        expect.unreachable(`it keeps to it within ${worst}`);
      });
    }
  });
}
