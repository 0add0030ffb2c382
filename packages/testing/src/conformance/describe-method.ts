import type { AttributionMethod, Baseline } from '@vitrum/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { backendNames, openBackend } from '../golden/backends';
import { type Toy, type ToyName, toys } from '../models';
import { type LawName, laws } from './laws';

export interface DescribeMethodOptions {
  /** @defaultValue all */
  readonly backends?: readonly string[];
  /** Kinds of model. @defaultValue all */
  readonly models?: readonly ToyName[];
  /** Where it is tried. @defaultValue both, or the hidden layer alone for a method that needs a layer */
  readonly at?: readonly ('inputs' | 'hidden')[];
  /** For a method that uses a baseline; `like` is the shape of one example. @defaultValue 0.1 */
  readonly baseline?: (like: readonly number[]) => Baseline;
  /** How far two ways to the same numbers may be apart, as a share of the largest. @defaultValue 2e-5 */
  readonly tolerance?: number;
  /** Laws that do not hold for it, each with the reason. */
  readonly except?: Readonly<Partial<Record<LawName, string>>>;
}

/** Holds a method to all laws, on every kind of model and every backend. */
export function describeMethod(name: string, make: () => AttributionMethod, options: DescribeMethodOptions = {}): void {
  const method = make();
  const { backends = backendNames, models = Object.keys(toys) as ToyName[], tolerance = 2e-5, except = {} } = options; // they are its keys
  const { at = method.layerOnly ? ['hidden'] : ['inputs', 'hidden'], baseline = () => 0.1 } = options;
  describe.each(backends)(`${name} on %s`, (backend) => {
    describe.each(models)('with the model: %s', (model) => {
      let toy: Toy;
      beforeAll(async () => {
        await openBackend(backend);
        toy = toys[model]();
      });
      afterAll(() => toy.dispose());

      for (const place of at) {
        for (const [sentence, law] of Object.entries(laws)) {
          const reason = Object.entries(except).find(([key]) => key === sentence)?.[1];
          test.skipIf(reason !== undefined)(`at the ${place}: ${sentence}`, () =>
            law({ method, toy, hidden: place === 'hidden', baseline, tolerance }),
          );
        }
      }
    });
  });
}
