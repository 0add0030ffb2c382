import type { Tensor } from '@tensorflow/tfjs-core';
import { isGone } from '../tape/engine';
import type { Tensors } from '../tape/node';
import { weightCache } from '../tape/weight-cache';
import type { Enter, LayerInfo, Model, Named, Visit } from './model';

type Shape = readonly (number | null)[];

/** What is used of a tfjs-layers Layer. */
interface Layer {
  readonly name: string;
  call(inputs: Tensor | Tensor[], options: unknown): Tensor | Tensor[];
  getClassName(): string;
  readonly outputShape?: Shape | Shape[];
  /** Of a nested model. */
  readonly layers?: readonly Layer[];
}

/** What is used of a tfjs-layers LayersModel; told by its structure, as a page may hold two copies of TF.js. */
export interface LayersModel {
  readonly layers: readonly Layer[];
  readonly inputs: readonly { readonly name: string; readonly shape: Shape; readonly dtype: Tensor['dtype'] }[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  apply(inputs: Tensor | Tensor[], options: { training: false }): unknown;
  predict(inputs: Tensor | Tensor[]): unknown;
  readonly weights?: readonly { read(): Tensor }[];
}

export function isLayersModel(model: object): model is LayersModel {
  return 'layers' in model && 'inputNames' in model && 'apply' in model && 'predict' in model;
}

/** Runs a LayersModel in inference mode and looks inside by shadowing `call` on the layers that a site names. */
export function layersModel(model: LayersModel): Model {
  const byName = new Map(named(model.layers));
  const counts = new Map<string, number>();
  const weights = weightCache();
  const [batch] = model.inputs[0]?.shape ?? [];

  return {
    kind: 'layers',
    inputs: model.inputs.map(({ shape, dtype }, i) => ({ name: model.inputNames[i] ?? '', shape, dtype })),
    layers: [...byName].map(([name, layer]) => info(name, layer)),
    ...(batch != null && { rows: batch }),
    weights,
    run({ tensors }, visits, enter): Named {
      counts.clear();
      const restore = watchCalls(byName, visits, counts, enter);
      try {
        // `apply` gives tensors for tensors; its type also covers symbolic ones.
        const outputs = list(model.apply(bare(tensors), { training: false }) as Tensor | Tensor[]);
        return { tensors: outputs, names: model.outputNames };
      } finally {
        restore();
      }
    },
    disposed: () => isDisposed(model),
    calls: (layer) => counts.get(layer) ?? 0,
    dispose: () => weights.dispose(),
    [Symbol.dispose]: () => weights.dispose(),
  };
}

function isDisposed(model: LayersModel): boolean {
  try {
    // Protected in the types of tfjs-layers.
    (model as unknown as { assertNotDisposed?(): void }).assertNotDisposed?.();
    return (model.weights ?? []).some((weight) => isGone(weight.read()));
  } catch {
    return true; // which is how a disposed model and a disposed weight say so
  }
}

function* named(layers: readonly Layer[], path = ''): Generator<[string, Layer]> {
  for (const layer of layers) {
    if (layer.getClassName() === 'InputLayer') continue;
    const name = path + layer.name;
    if (layer.layers) yield* named(layer.layers, `${name}/`);
    yield [name, layer];
  }
}

function info(name: string, layer: Layer): LayerInfo {
  const kind = layer.getClassName();
  try {
    const shape = layer.outputShape;
    // A layer with several outputs has a shape each.
    return shape && !Array.isArray(shape[0]) ? { name, kind, shape: shape as Shape } : { name, kind };
  } catch {
    return { name, kind }; // tfjs-layers refuses the shape of a layer that is called several times
  }
}

/** Shadows `call` on every layer that `visits` name, on all for `enter`, and counts its calls. Returns the undoing. */
function watchCalls(
  layers: ReadonlyMap<string, Layer>,
  visits: readonly Visit[],
  counts: Map<string, number>,
  enter: Enter | undefined,
): () => void {
  const names = new Set(enter ? layers.keys() : visits.map(({ site }) => site.layer));
  const undo: (() => void)[] = [];
  const inside: string[] = [];
  for (const name of names) {
    const layer = layers.get(name);
    if (!layer) continue;
    const original = layer.call;
    const before = Object.getOwnPropertyDescriptor(layer, 'call');
    const see = (values: Tensor | Tensor[], side: 'input' | 'output', call: number): Tensor | Tensor[] => {
      const visit = visits.find(({ site }) => site.layer === name && site.side === side && site.call === call);
      return visit ? bare(visit.see(list(values))) : values;
    };
    layer.call = (inputs, options) => {
      const call = counts.get(name) ?? 0;
      counts.set(name, call + 1);
      if (!enter) return see(original.call(layer, see(inputs, 'input', call), options), 'output', call);
      inside.push(name);
      enter(name);
      try {
        return see(original.call(layer, see(inputs, 'input', call), options), 'output', call);
      } finally {
        inside.pop();
        enter(inside.at(-1));
      }
    };
    undo.push(() => {
      if (before) Object.defineProperty(layer, 'call', before);
      else Reflect.deleteProperty(layer, 'call');
    });
  }
  return () => {
    for (const step of undo) step();
  };
}

const list = (values: Tensor | Tensor[]): Tensor[] => (Array.isArray(values) ? values : [values]);

/** One tensor by itself, several as a list: how tfjs-layers takes them. */
const bare = (values: Tensors): Tensor | Tensor[] => {
  const [only] = values;
  return only && values.length === 1 ? only : [...values];
};
