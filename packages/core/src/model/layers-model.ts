import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';
import { siteKey } from '../site';
import { isGone } from '../tape/engine';
import type { Tensors } from '../tape/node';
import { weightCache } from '../tape/weight-cache';
import { cutLayers, type Layout, type Symbolic } from './layers-cut';
import { type Masking, watchMasks } from './masks';
import { lendMemory, type Remembering } from './memory';
import type { Cut, Enter, LayerInfo, Model, Outputs, Visit } from './model';
import { shadow } from './shadow';

type Shape = readonly (number | null)[];

/** What is used of a tfjs-layers Layer. */
export interface Layer extends Remembering, Masking {
  readonly name: string;
  call(inputs: Tensor | Tensor[], options: unknown): Tensor | Tensor[];
  getClassName(): string;
  readonly outputShape?: Shape | Shape[];
  /** Of a nested model: its layers, and its outputs with the layer that each comes from. */
  readonly layers?: readonly Layer[];
  readonly outputs?: readonly Symbolic[];
  /** Of a layer that calls others: the one of TimeDistributed, the two of Bidirectional, the cell or cells of an RNN. */
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly cell?: Layer;
  readonly cells?: readonly Layer[];
}

/** A layer as a site names it. */
export interface Place {
  readonly layer: Layer;
  /** At whose call its input is seen and at whose its output: itself, or layers of it where it is not called as a whole. */
  readonly first: Layer;
  readonly last: Layer;
  /** Called by another layer, which is the one at work. */
  readonly within: boolean;
  /** The nested models around it, from the outermost; none known where a layer that is no model calls it. */
  readonly chain: readonly Layer[] | undefined;
}

/** What is used of a tfjs-layers LayersModel; told by its structure, as a page may hold two copies of TF.js. */
export interface LayersModel {
  readonly layers: readonly Layer[];
  getClassName(): string;
  readonly inputs: readonly (Symbolic & {
    readonly name: string;
    readonly shape: Shape;
    readonly dtype: Tensor['dtype'];
  })[];
  readonly outputs?: readonly Symbolic[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  call(inputs: Tensor[], options: unknown): Tensor | Tensor[];
  predict(inputs: Tensor | Tensor[]): unknown;
  readonly weights?: readonly { read(): Tensor }[];
}

/** Runs a LayersModel in inference mode and looks inside by shadowing `call` on the layers that a site names. */
export function layersModel(model: LayersModel): Model {
  const byName = new Map(placesIn(model));
  const counts = new Map<string, number>();
  let masks = false;
  const layers = [...new Set([...byName.values()].map(({ layer }) => layer))];
  const weights = weightCache();
  const [batch] = model.inputs[0]?.shape ?? [];
  // As `predict` does it: with options, the initial state of one RNN would reach the layers behind it.
  const call = (inputs: Tensor[]) => list(model.call(inputs, undefined));
  const named = (only: readonly number[] | undefined) => ({
    names: only ? only.map((place) => model.outputNames[place] ?? '') : model.outputNames,
    ...(only && { only }),
  });
  const watched = <T>(visits: readonly Visit[], enter: Enter | undefined, run: () => T): T => {
    counts.clear();
    const restore = watchCalls(byName, visits, counts, enter);
    const putBack = lendMemory(layers);
    const unwatch = watchMasks(layers, () => {
      masks = true;
    });
    try {
      return run();
    } finally {
      restore();
      putBack();
      unwatch();
    }
  };

  return {
    kind: 'layers',
    inputs: model.inputs.map(({ shape, dtype }, i) => ({ name: model.inputNames[i] ?? '', shape, dtype })),
    layers: [...byName].map(([name, { layer }]) => info(name, layer)),
    ...(batch != null && { rows: batch }),
    weights,
    run({ tensors }, visits, enter, wanted): Outputs {
      const all = watched(visits, enter, () => call([...tensors]));
      const only = wanted?.every((place) => place in all) ? wanted : undefined;
      return { tensors: only ? only.map((place) => all[place] as Tensor) : all, ...named(only) };
    },
    cut(site, wanted): Cut | undefined {
      const place = byName.get(site.layer);
      const only = wanted?.every((place) => place in (model.outputs ?? [])) ? wanted : undefined;
      // What a stateful layer remembers of a row and what a mask says of it are not among what crosses.
      const alters = masks || layers.some((layer) => layer.stateful || layer.maskZero || layer.maskValue !== undefined);
      if (!place || alters || site.call > 0 || (batch ?? 1) !== 1) return undefined;
      const cut = cutLayers(model as Layout, place, site, only); // which its executor reads as that
      return (
        cut && {
          crosses: cut.crosses,
          before: ({ tensors }) =>
            watched([], undefined, () =>
              cut.before(tensors, (layer, given) =>
                layer ? list(layer.call([...given], undefined)) : call([...given]),
              ),
            ),
          after(crossing, visits, enter) {
            const entered = visits.find((visit) => siteKey(visit.site) === siteKey(site));
            const values = entered?.see([]) ?? [];
            const others = visits.filter((visit) => visit !== entered);
            const tensors = cut.after(
              crossing,
              values,
              (given) => watched(others, enter, () => call([...given])),
              (layer, given) => shadowCall(layer, (run) => () => run([...given])),
            );
            return { tensors, ...named(only) };
          },
        }
      );
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

function* placesIn(
  model: Pick<Layer, 'layers' | 'getClassName'>,
  path = '',
  chain: Place['chain'] = [],
): Generator<[string, Place]> {
  for (const [i, layer] of (model.layers ?? []).entries()) {
    if (layer.getClassName() === 'InputLayer') continue;
    // A Sequential calls the layers of a model that comes first in it, not the model.
    const [first, last] = i === 0 && model.getClassName() === 'Sequential' ? endsOf(layer) : [layer, layer];
    yield* placesInside(layer, path, first === layer ? chain && [...chain, layer] : chain);
    yield [path + layer.name, { layer, first, last, within: false, chain }];
  }
}

function* placesInside(layer: Layer, path: string, chain: Place['chain']): Generator<[string, Place]> {
  const inner = `${path}${layer.name}/`;
  if (layer.layers) yield* placesIn(layer, inner, chain);
  const { forwardLayer, backwardLayer, cell, cells = [] } = layer;
  // Bidirectional calls copies of the layer it was given.
  const called = forwardLayer && backwardLayer ? [forwardLayer, backwardLayer] : [layer.layer, cell, ...cells];
  for (const child of called) {
    if (!child) continue;
    yield* placesInside(child, inner, undefined);
    yield [inner + child.name, { layer: child, first: child, last: child, within: true, chain: undefined }];
  }
}

/** The layers that take the input and give the output of a nested model that is not called as a whole. */
function endsOf(layer: Layer): [first: Layer, last: Layer] {
  const inputs = layer.layers?.filter((inner) => inner.getClassName() !== 'InputLayer');
  const [first] = inputs ?? [];
  const last = layer.outputs?.[0]?.sourceLayer;
  return first && last ? [endsOf(first)[0], last] : [layer, layer];
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
  places: ReadonlyMap<string, Place>,
  visits: readonly Visit[],
  counts: Map<string, number>,
  enter: Enter | undefined,
): () => void {
  const names = new Set(enter ? places.keys() : visits.map(({ site }) => site.layer));
  const undo: (() => void)[] = [];
  const inside: string[] = [];
  for (const name of names) {
    const place = places.get(name);
    if (!place) continue;
    const { first, last } = place;
    const see = (values: Tensor | Tensor[], side: 'input' | 'output', call: number): Tensor | Tensor[] => {
      const visit = visits.find(({ site }) => site.layer === name && site.side === side && site.call === call);
      return visit ? bare(visit.see(list(values))) : values;
    };
    const begin = (inputs: Tensor | Tensor[]) => {
      const call = counts.get(name) ?? 0;
      counts.set(name, call + 1);
      return see(inputs, 'input', call);
    };
    const end = (outputs: Tensor | Tensor[]) => see(outputs, 'output', (counts.get(name) ?? 0) - 1);
    const through: Wrap = (run) => (inputs) => end(run(begin(inputs)));
    const { once, forget } = onceForEach();
    if (first !== last) {
      undo.push(shadowCall(first, (run) => (inputs) => run(begin(inputs))));
      undo.push(shadowCall(last, (run) => (inputs) => end(run(inputs))));
    } else if (enter && !place.within) {
      const entered: Wrap = (run) => (inputs) => {
        inside.push(name);
        enter(name);
        try {
          return through(run)(inputs);
        } finally {
          inside.pop();
          enter(inside.at(-1));
        }
      };
      undo.push(
        forget,
        shadowCall(first, (run) => once(entered(run))),
      );
    } else
      undo.push(
        forget,
        shadowCall(first, (run) => once(through(run))),
      );
  }
  return () => {
    for (const step of undo.reverse()) step();
  };
}

type Run = (inputs: Tensor | Tensor[]) => Tensor | Tensor[];
type Wrap = (run: Run) => Run;

/** Lays `wrap` over the `call` of a layer until the returned function is called. */
function shadowCall(layer: Layer, wrap: Wrap): () => void {
  const original = layer.call;
  return shadow(layer, 'call', (inputs: Tensor | Tensor[], options: unknown) =>
    wrap((given) => original.call(layer, given, options))(inputs),
  );
}

/** tfjs-layers runs a layer anew for each of its outputs that is used; this gives what came out the first time. */
function onceForEach(): { once: Wrap; forget(): void } {
  const gave = new Map<string, Tensor[]>();
  return {
    once: (run) => (inputs) => {
      const took = list(inputs).map(({ id }) => id);
      const before = gave.get(String(took));
      if (before) return before.map((tensor) => clone(tensor));
      const outputs = run(inputs);
      if (Array.isArray(outputs) && outputs.length > 1) {
        gave.set(
          String(took),
          outputs.map((tensor) => keep(clone(tensor))),
        );
      }
      return outputs;
    },
    forget() {
      for (const tensor of [...gave.values()].flat()) tensor.dispose();
    },
  };
}

const list = (values: Tensor | Tensor[]): Tensor[] => (Array.isArray(values) ? values : [values]);

/** One tensor by itself, several as a list: how tfjs-layers takes them. */
const bare = (values: Tensors): Tensor | Tensor[] => {
  const [only] = values;
  return only && values.length === 1 ? only : [...values];
};
