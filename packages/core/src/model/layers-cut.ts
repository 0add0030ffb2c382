import type { Tensor } from '@tensorflow/tfjs-core';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import type { Layer, Place } from './layers-model';

/** What is used of a symbolic tensor of tfjs-layers: what a call of a layer gives, in the graph of a model. */
export interface Symbolic {
  readonly sourceLayer: Layer;
  readonly inputs: readonly Symbolic[];
  /** Which output of the layer it is, where that has several. */
  readonly outputTensorIndex?: number;
}

/** A model as its executor reads it: from which symbolic tensors to which. A Sequential has another model for that. */
export interface Layout {
  inputs: readonly Symbolic[];
  outputs: readonly Symbolic[];
  readonly model?: Layout | null;
}

/** The graph of one model cut in two. */
interface Split {
  readonly graph: Layout;
  /** The nested model that the cut goes through, and that is called with what crosses; none where it goes through the site. */
  readonly within?: Layer;
  /** The tensors at the site, by place among its values; `undefined` for one that nothing takes. */
  readonly site: readonly (Symbolic | undefined)[];
  readonly crossing: readonly Symbolic[];
  readonly outputs: readonly Symbolic[];
}

/** Cuts a LayersModel at a place, and the nested models around it with it. */
export interface LayersCut {
  readonly crosses: boolean;
  /** What crosses, model by model from the outermost. `call` calls a model with these inputs. */
  before(inputs: Tensors, call: (layer: Layer | undefined, inputs: Tensors) => Tensors): Tensors;
  /** Lays itself over the models, calls the outermost and gives its outputs. */
  after(
    crossing: Tensors,
    values: Tensors,
    call: (inputs: Tensors) => Tensors,
    around: (layer: Layer, wrap: (run: (inputs: Tensors) => Tensors) => () => Tensors) => () => void,
  ): Tensors;
}

/**
 * The executor of tfjs-layers runs what lies between the `inputs` and the `outputs` of a model, whatever symbolic tensors
 * these are. So half a model is the model with others in their place, for the time of a call.
 */
export function cutLayers(
  model: Layout,
  { first, last, chain }: Place,
  { side }: ResolvedSite,
  wanted: readonly number[] | undefined,
): LayersCut | undefined {
  if (!chain) return undefined;
  const splits: Split[] = [];
  for (const [depth, container] of [model, ...chain].entries()) {
    const graph = executedOf(container as Layout); // models, which have a graph
    const outputs = depth === 0 && wanted ? wanted.flatMap((i) => graph?.outputs[i] ?? []) : graph?.outputs;
    const within = chain[depth];
    const split =
      graph &&
      outputs &&
      (within ? splitAround(graph, outputs, within) : splitAt(graph, outputs, side === 'output' ? last : first, side));
    if (!split) return undefined;
    splits.push(split);
  }
  const parts = <T>(all: readonly T[]): T[][] => {
    let start = 0;
    return splits.map(({ crossing: { length } }) => {
      start += length;
      return all.slice(start - length, start);
    });
  };
  return {
    crosses: splits.some(({ crossing }) => crossing.length > 0),
    before(inputs, call) {
      let given = inputs;
      return splits.flatMap(({ graph, crossing, within }, depth) => {
        const layer = chain[depth - 1];
        const kept = crossing.length > 0 ? lent(graph, { outputs: crossing }, () => call(layer, given)) : [];
        if (within) given = callOf(graph, within, crossing).map((i) => kept[i] as Tensor); // they cross
        return kept;
      });
    },
    after(crossing, values, call, around) {
      const kept = parts(crossing);
      const resume = (depth: number, run: (inputs: Tensors) => Tensors): Tensors => {
        const { graph, site, crossing, outputs } = splits[depth] as Split;
        const fed = site.flatMap((symbolic, i) => (symbolic && values[i] ? [[symbolic, values[i]] as const] : []));
        const inputs = [...fed.map(([symbolic]) => symbolic), ...crossing];
        return lent(graph, { inputs, outputs }, () => run([...fed.map(([, value]) => value), ...(kept[depth] ?? [])]));
      };
      const undo = chain.map((layer, i) => around(layer, (run) => () => resume(i + 1, run)));
      try {
        return resume(0, call);
      } finally {
        for (const step of undo.reverse()) step();
      }
    },
  };
}

/** The model whose executor runs: a Sequential has one of its own, once it ran. */
const executedOf = (container: Layout): Layout | undefined =>
  'model' in container ? (container.model ?? undefined) : container;

/** Runs with other ends of the graph. */
function lent<T>(graph: Layout, ends: Partial<Pick<Layout, 'inputs' | 'outputs'>>, run: () => T): T {
  const { inputs, outputs } = graph;
  Object.assign(graph, ends);
  try {
    return run();
  } finally {
    Object.assign(graph, { inputs, outputs });
  }
}

/** Where, among what crosses, the inputs of a nested model are. */
function callOf(graph: Layout, layer: Layer, crossing: readonly Symbolic[]): number[] {
  const [call] = leadingTo(graph, graph.outputs).filter(({ sourceLayer }) => sourceLayer === layer);
  return (call?.inputs ?? []).map((input) => crossing.indexOf(input));
}

/** The cut around the call of a nested model: that lies behind. */
function splitAround(graph: Layout, outputs: readonly Symbolic[], within: Layer): Split | undefined {
  const all = leadingTo(graph, outputs);
  const calls = callsOnce(all, within);
  return calls && finish(graph, all, outputs, { within, site: [], start: calls });
}

/** The cut at what a layer gives or takes. */
function splitAt(
  graph: Layout,
  outputs: readonly Symbolic[],
  layer: Layer,
  side: ResolvedSite['side'],
): Split | undefined {
  const all = leadingTo(graph, outputs);
  const calls = callsOnce(all, layer);
  if (!calls) return undefined;
  if (side === 'output') {
    const site: (Symbolic | undefined)[] = [];
    for (const symbolic of calls) site[symbolic.outputTensorIndex ?? 0] = symbolic;
    return finish(graph, all, outputs, { site: Array.from(site), start: [] });
  }
  const site = calls[0]?.inputs ?? [];
  // Others see what the layer is not given.
  const shared = (input: Symbolic) =>
    outputs.includes(input) || all.some(({ sourceLayer, inputs }) => sourceLayer !== layer && inputs.includes(input));
  if (site.length === 0 || new Set(site).size < site.length || site.some(shared)) return undefined;
  return finish(graph, all, outputs, { site, start: calls });
}

function finish(
  graph: Layout,
  all: readonly Symbolic[],
  outputs: readonly Symbolic[],
  { within, site, start }: Pick<Split, 'within' | 'site'> & { readonly start: readonly Symbolic[] },
): Split | undefined {
  const entered = new Set(site);
  const behind = new Set(start);
  for (const symbolic of all) {
    if (!entered.has(symbolic) && symbolic.inputs.some((input) => entered.has(input) || behind.has(input)))
      behind.add(symbolic);
  }
  if (!outputs.every((output) => behind.has(output) || entered.has(output))) return undefined;
  const taken = [...behind].flatMap(({ inputs }) => inputs);
  const crossing = [...new Set(taken)].filter((input) => !behind.has(input) && !entered.has(input));
  return { graph, ...(within && { within }), site, crossing, outputs };
}

/** What a layer gives, if it is called once on the way; several tensors if it has several outputs. */
function callsOnce(all: readonly Symbolic[], layer: Layer): Symbolic[] | undefined {
  const calls = all.filter(({ sourceLayer }) => sourceLayer === layer);
  const different = new Set(calls.map(({ outputTensorIndex = 0 }) => outputTensorIndex));
  return calls.length > 0 && different.size === calls.length ? calls : undefined;
}

/** All on the way from the inputs of a graph to these, each behind those that it is made of. */
function leadingTo({ inputs }: Layout, outputs: readonly Symbolic[]): Symbolic[] {
  const placed = new Set<Symbolic>();
  const stack = [...outputs];
  for (let symbolic = stack.at(-1); symbolic; symbolic = stack.at(-1)) {
    const open = inputs.includes(symbolic) ? [] : symbolic.inputs.filter((input) => !placed.has(input));
    if (open.length > 0) stack.push(...open);
    else placed.add(stack.pop() ?? symbolic);
  }
  return [...placed];
}
