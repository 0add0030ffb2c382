import { AttributionError } from '../errors';
import { functionModel, type ModelFunction } from './function-model';
import { type GraphModel, graphModel, isGraphModel } from './graph-model';
import { isLayersModel, type LayersModel, layersModel } from './layers-model';
import type { Model } from './model';

/** Anything that can be explained. */
export type ModelLike = LayersModel | GraphModelLike | ModelFunction | Model;

/** A GraphModel by its public members; its executor is private in TF.js's types. */
type GraphModelLike = Pick<GraphModel, 'execute' | 'executeAsync'> & {
  readonly inputs: readonly { readonly name: string }[];
};

const isModel = (model: object): model is Model => 'run' in model && 'calls' in model && 'weights' in model;

/** The waist of a model: itself if it is one, else a new one. Told apart by structure, never by `instanceof`. */
export function toModel(model: ModelLike): Model {
  if (typeof model === 'function') return functionModel(model);
  if (typeof model === 'object' && model !== null) {
    if (isModel(model)) return model;
    if (isGraphModel(model)) return graphModel(model);
    if (isLayersModel(model)) return layersModel(model);
  }
  throw new AttributionError('model', {
    got: model === null ? 'null' : `a ${typeof model} that is no model`,
    expected: 'a LayersModel, a GraphModel, a function of tensors, or what prepare() gave',
    fix: 'Await the loading: tf.loadGraphModel and tf.loadLayersModel return promises.',
  });
}

export const isPrepared = (model: ModelLike): model is Model =>
  typeof model === 'object' && model !== null && isModel(model);
