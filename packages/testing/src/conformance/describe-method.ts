import { engine } from '@tensorflow/tfjs-core';
import { type AttributionMethod, type Backend, type Baseline, useBackend } from '@vitrum/core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openBackend } from '../backends';
import { backendNames } from '../backends-here';
import { type Toy, type ToyName, toys } from '../models';
import { onEachBackend } from '../on-each-backend';
import { laws } from './laws';
import type { Place, Subject } from './subject';

export interface DescribeMethodOptions {
  /** By name, or adapters of your own. @defaultValue `backendNames`, those that are not here as skipped */
  readonly backends?: readonly (string | Backend)[];
  /** Kinds of model. @defaultValue one of each: 'convolution', a LayersModel, 'graph' and 'function' */
  readonly models?: readonly ToyName[];
  /**
   * Where it is tried: at the inputs or at a layer for a class, or at the inputs for a neuron of that layer.
   * @defaultValue all three; the layer alone for a method that needs one, no neuron for a method that explains no score
   */
  readonly at?: readonly ('inputs' | 'layer' | 'neuron')[];
  /** For a method that uses a baseline; `like` is the shape of one example. @defaultValue 0.1 */
  readonly baseline?: (like: readonly number[]) => Baseline;
  /** How far two ways to the same numbers may be apart, as a share of the largest. @defaultValue 2e-5 */
  readonly tolerance?: number;
  /** Laws that do not hold for it, by their sentence, each with the reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/**
 * Tests, with Vitest, that a method keeps to what every method of Vitrum keeps to: its values have the shape of what is
 * attributed, a score that ignores its input gets zeros, a row alone is explained as in a batch, the same call gives the
 * same bits, an abort or a failure leaves no tensor behind, …
 *
 * Every law is held to on every backend, with every model, at every place, on three examples: every row of them alone (the
 * first, of a method that draws at random, as draws belong to the place of an example), in batches of 1, 2 and 64 rows and
 * of as many as are chosen for it. It fails at each of the first three passes of the model, and is aborted before the first
 * batch, after it and after the second.
 *
 * @param name of the suite
 * @param make the method, with options that make it quick
 * @throws Error if `except` names a law that does not exist
 */
export function describeMethod(name: string, make: () => AttributionMethod, options: DescribeMethodOptions = {}): void {
  const method = make();
  const { backends = backendNames, models = ['convolution', 'graph', 'function'], tolerance = 2e-5 } = options;
  const { at = placesOf(method), baseline = () => 0.1, except = {} } = options;
  const unknown = Object.keys(except).find((sentence) => !Object.hasOwn(laws, sentence));
  if (unknown !== undefined) throw new Error(`there is no law "${unknown}" that could be excepted`);

  const suite = (backend: string | Backend) => {
    describe.each(models)('with the model: %s', (model) => {
      let toy: Toy;
      beforeAll(async () => {
        await (typeof backend === 'string' ? openBackend(backend) : useBackend(backend));
        toy = toys[model]();
      });
      afterAll(() => toy.dispose());

      describe.each(at)('at: %s', (place) => {
        let subject: Subject;
        beforeAll(() => {
          // Frees the tensors of the baseline, whatever they are in.
          engine().startScope('baseline');
          const like = place === 'layer' && method.baselineAt === 'site' ? toy.hidden.shape : toy.inputShape;
          subject = { method, toy, place, baseline: baseline(like), tolerance };
        });
        afterAll(() => engine().endScope());

        for (const [sentence, law] of Object.entries(laws)) {
          test.skipIf(Object.hasOwn(except, sentence))(sentence, () => law(subject));
        }
      });
    });
  };
  for (const backend of backends) {
    if (typeof backend === 'string') onEachBackend(`${name} on %s`, suite, [backend]);
    else describe(`${name} on ${backend.name}`, () => suite(backend));
  }
}

function placesOf({ layerOnly, targetless }: AttributionMethod): readonly Place[] {
  if (layerOnly) return ['layer'];
  return targetless ? ['inputs', 'layer'] : ['inputs', 'layer', 'neuron'];
}
