import { engine } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { isTensor } from '../inputs';
import type { Outputs } from '../model/model';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import type { Session } from './session';

/**
 * Holds a call to what it began with: its backend and its model. Between batches anything may have happened to them.
 * @param cause what went wrong, where that may be the reason
 */
export function checkSession({ backend, model }: Session, cause?: unknown): void {
  const { backendName } = engine();
  if (backendName !== backend.name) {
    throw new AttributionError('backend', {
      got: `${backendName ? `TF.js backend "${backendName}"` : 'no TF.js backend'} in the middle of a call`,
      expected: `"${backend.name}", on which the call began`,
      fix: 'Await the attribution before setBackend(), useBackend() or removeBackend().',
      cause,
    });
  }
  if (model.weights.disposed || model.disposed?.()) {
    throw new AttributionError('model', {
      got: model.weights.disposed ? 'a prepared model that was disposed' : 'a model whose weights were disposed',
      expected: 'a model that lives until the attribution is done',
      fix: 'Await the attribution before you dispose the model.',
      cause,
    });
  }
}

/** Holds a model's answer to being tensors. */
export function checkOutputs({ tensors, only }: Outputs): void {
  const problem = (got: string) =>
    new AttributionError('model', {
      got: `${got} from the model`,
      expected: 'a tensor, an array of tensors or a record of tensors, or a promise of one of these',
      fix: 'Return what is explained, and dispose nothing of it.',
    });
  if (tensors.length === 0 && !only) throw problem('no output');
  tensors.forEach((tensor: unknown, i) => {
    if (!isTensor(tensor)) throw problem(`${tensor === null ? 'null' : typeof tensor} as output ${i}`);
    if (tensor.isDisposed) throw problem(`a disposed tensor as output ${i}`);
  });
}

/**
 * Holds what passes a site to a row for each row of the inputs, all of one shape.
 * @param shapes of the sites seen before, by key
 */
export function checkSite(
  site: ResolvedSite,
  key: string,
  values: Tensors,
  rows: number,
  shapes: Map<string, readonly (readonly number[])[]>,
): void {
  const problem = (got: string, expected: string) =>
    new AttributionError('site', {
      got: `${got} at layer "${site.layer}"`,
      expected,
      fix: 'Attribute at a layer whose tensor has a row for each example, of the same shape in every batch.',
    });
  for (const [i, { shape }] of values.entries()) {
    if (shape[0] !== rows) throw problem(`shape [${shape}] for ${rows} rows`, 'a row for each row of the inputs');
    const [row, before] = [shape.slice(1), shapes.get(key)?.[i]];
    if (before && String(before) !== String(row)) throw problem(`rows of shape [${row}]`, `[${before}], as before`);
  }
  shapes.set(
    key,
    values.map(({ shape }) => shape.slice(1)),
  );
}
