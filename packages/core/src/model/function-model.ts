import type { Tensor } from '@tensorflow/tfjs-core';
import { isPromise } from '../promise';
import { weightCache } from '../tape/weight-cache';
import type { Enter, LayerInfo, Model, Named, Visit } from './model';

type Outputs = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** A model written as a plain function of tensors. A record of inputs arrives as one record argument. */
export type ModelFunction = (...inputs: never[]) => Outputs | Promise<Outputs>;

let tapped: ((name: string, tensor: Tensor) => Tensor) | undefined;

/**
 * Names a place in a function model, so that `layer(name)` finds it. Returns the tensor to go on with.
 *
 * @example const model = (x: Tensor) => head(tap('features', backbone(x)));
 */
export function tap<T extends Tensor>(name: string, tensor: T): T {
  // What comes back has the shape and type that went in; TF.js's rank types cannot know.
  return (tapped?.(name, tensor) as T | undefined) ?? tensor;
}

/** Calls a function of tensors; `tap` is how it can be looked into. */
export function functionModel(model: ModelFunction): Model {
  /** The taps met so far. */
  const layers: LayerInfo[] = [];
  const counts = new Map<string, number>();
  const weights = weightCache();
  // The caller's own types vouch for the arguments: they are the inputs given to `attribute`.
  const call = model as (...inputs: (Tensor | Record<string, Tensor>)[]) => Outputs | Promise<Outputs>;

  const listen = (visits: readonly Visit[], enter: Enter | undefined) => (name: string, tensor: Tensor) => {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    const known = layers.findIndex((info) => info.name === name);
    const info = { name, kind: 'tap', shape: [null, ...tensor.shape.slice(1)] };
    if (known < 0) layers.push(info);
    else layers[known] = info;
    const visit = visits.find(({ site }) => site.layer === name && site.call === nth);
    const seen = visit?.see([tensor])[0] ?? tensor;
    enter?.(name);
    return seen;
  };

  return {
    kind: 'function',
    layers,
    weights,
    run({ tensors, names }, visits, enter) {
      counts.clear();
      const before = tapped;
      tapped = listen(visits, enter);
      const restore = () => {
        tapped = before;
        enter?.(undefined);
      };
      let outputs: Outputs | Promise<Outputs>;
      try {
        outputs = names
          ? call(Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor])))
          : call(...tensors);
      } catch (error) {
        restore();
        throw error;
      }
      if (isPromise(outputs)) return Promise.resolve(outputs).then(toNamed).finally(restore);
      restore();
      return toNamed(outputs);
    },
    calls: (name) => counts.get(name) ?? 0,
    dispose: () => weights.dispose(),
    [Symbol.dispose]: () => weights.dispose(),
  };
}

function toNamed(outputs: Outputs): Named {
  // What is no tensor is reported by whoever looks at the outputs of every model.
  if (typeof outputs !== 'object' || outputs === null) return { tensors: [outputs] };
  if (Array.isArray(outputs)) return { tensors: outputs };
  if ('dataId' in outputs) return { tensors: [outputs as Tensor] }; // no record key of a model is called dataId
  return { tensors: Object.values(outputs), names: Object.keys(outputs) };
}
