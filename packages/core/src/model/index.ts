import { AttributionError } from '../errors';
import { functionModel, type ModelFunction } from './function-model';
import type { GraphModel } from './graph-model';
import type { LayersModel } from './layers-model';
import type { Model } from './model';

/** Anything that can be explained. */
export type ModelLike = LayersModel | GraphModelLike | ModelFunction | Model;

/** A GraphModel by its public members; its executor is private in TF.js's types. */
type GraphModelLike = Pick<GraphModel, 'execute' | 'executeAsync'> & {
  readonly inputs: readonly { readonly name: string }[];
};

const isModel = (model: object): model is Model => 'run' in model && 'calls' in model && 'weights' in model;

export const isGraphModel = (model: object): model is GraphModel =>
  'executor' in model && 'execute' in model && 'executeAsync' in model;

const isLayersModel = (model: object): model is LayersModel =>
  'layers' in model && 'inputNames' in model && 'call' in model && 'predict' in model;

/**
 * The waist of a model: itself if it is one, else a new one. Told apart by structure, never by `instanceof`. What is for
 * one kind of model is loaded when there is one.
 */
export async function toModel(model: ModelLike): Promise<Model> {
  if (typeof model === 'function') return functionModel(model);
  if (typeof model === 'object' && model !== null) {
    if (isModel(model)) return model;
    if (isGraphModel(model)) return (await import('./graph-model')).graphModel(model);
    if (isLayersModel(model)) return (await import('./layers-model')).layersModel(model);
  }
  throw new AttributionError('model', {
    got: model === null ? 'null' : `a ${typeof model} that is no model`,
    expected: 'a LayersModel, a GraphModel, a function of tensors, or what prepare() gave',
    fix: 'Await the loading: tf.loadGraphModel and tf.loadLayersModel return promises.',
  });
}

export const isPrepared = (model: ModelLike): model is Model =>
  typeof model === 'object' && model !== null && isModel(model);
