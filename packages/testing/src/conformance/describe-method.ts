import { engine } from '@tensorflow/tfjs-core';
import type { AttributionMethod, Baseline } from '@vitrum/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openBackend } from '../backends';
import { backendNames } from '../backends-here';
import { type Toy, type ToyName, toys } from '../models';
import { onEachBackend } from '../on-each-backend';
import { laws } from './laws';

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
  /** Laws that do not hold for it, by their sentence, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/** Holds a method to all laws, on every kind of model and every backend. */
export function describeMethod(name: string, make: () => AttributionMethod, options: DescribeMethodOptions = {}): void {
  const method = make();
  const { backends = backendNames, models = Object.keys(toys) as ToyName[], tolerance = 2e-5, except = {} } = options; // they are its keys
  const { at = method.layerOnly ? ['hidden'] : ['inputs', 'hidden'], baseline = () => 0.1 } = options;
  const unknown = Object.keys(except).find((sentence) => !Object.hasOwn(laws, sentence));
  if (unknown !== undefined) throw new Error(`there is no law "${unknown}" that could be excepted`);
  const suite = (backend: string) => {
    describe.each(models)('with the model: %s', (model) => {
      let toy: Toy;
      beforeAll(async () => {
        await openBackend(backend);
        toy = toys[model]();
      });
      afterAll(() => toy.dispose());

      describe.each(at)('at the %s', (place) => {
        const hidden = place === 'hidden';
        let value: Baseline;
        beforeAll(() => {
          // Frees the tensors of the baseline, whatever they are in.
          engine().startScope('baseline');
          value = baseline(hidden && method.baselineAt === 'site' ? toy.hidden.shape : toy.inputShape);
        });
        afterAll(() => engine().endScope());

        for (const [sentence, law] of Object.entries(laws)) {
          test.skipIf(Object.hasOwn(except, sentence))(sentence, () =>
            law({ method, toy, hidden, baseline: value, tolerance }),
          );
        }
      });
    });
  };
  onEachBackend(`${name} on %s`, suite, backends);
}
