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

/** The graph of one model cut in two: at the site, or before a nested model that the cut goes through. */
interface Split {
  readonly graph: Layout;
  /** The tensors at the site, by place among its values; `undefined` for one that nothing takes. */
  readonly site: readonly (Symbolic | undefined)[];
  readonly crossing: readonly Symbolic[];
  readonly outputs: readonly Symbolic[];
  /** What the layer at the site, or the nested model, is called with. */
  readonly taken: readonly Symbolic[];
}

/** Cuts a LayersModel at a place, and the nested models around it with it. */
export interface LayersCut {
  readonly crosses: boolean;
  /** What crosses, model by model from the outermost. `call` calls a model with these inputs. */
  before(inputs: Tensors, call: (layer: Layer | undefined, inputs: Tensors) => Tensors): Tensors;
  /** Calls the outermost model, and gives its outputs. `give` has a nested model take these inputs, until it is undone. */
  after(
    crossing: Tensors,
    values: Tensors,
    call: (inputs: Tensors) => Tensors,
    give: (layer: Layer, inputs: Tensors) => () => void,
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
      (within
        ? splitAt(graph, outputs, within, 'around')
        : splitAt(graph, outputs, side === 'output' ? last : first, side));
    if (!split) return undefined;
    splits.push(split);
  }
  return {
    crosses: splits.some(({ crossing }) => crossing.length > 0),
    before(inputs, call) {
      let given = inputs;
      return splits.flatMap(({ graph, crossing, taken }, depth) => {
        const layer = chain[depth - 1];
        const kept = crossing.length > 0 ? lent(graph, { outputs: crossing }, () => call(layer, given)) : [];
        if (chain[depth]) given = taken.map((input) => kept[crossing.indexOf(input)] as Tensor); // they cross
        return kept;
      });
    },
    after(crossing, values, call, give) {
      const left = [...crossing];
      const feeds = splits.map(({ site, crossing }) => {
        const fed = site.flatMap((symbolic, i) => (symbolic && values[i] ? [[symbolic, values[i]] as const] : []));
        return {
          inputs: [...fed.map(([symbolic]) => symbolic), ...crossing],
          tensors: [...fed.map(([, value]) => value), ...left.splice(0, crossing.length)],
        };
      });
      /** Runs the models from the outermost in, each with its half of the graph. */
      const run = (depth: number): Tensors => {
        const { graph, outputs } = splits[depth] as Split; // one for each
        const inputs = feeds[depth]?.inputs ?? [];
        const layer = chain[depth];
        return lent(graph, { inputs, outputs }, () => {
          if (!layer) return call(feeds[0]?.tensors ?? []);
          const undo = give(layer, feeds[depth + 1]?.tensors ?? []);
          try {
            return run(depth + 1);
          } finally {
            undo();
          }
        });
      };
      return run(0);
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

/** The cut at what a layer gives or takes, or before the call of a nested model, which lies behind. */
function splitAt(
  graph: Layout,
  outputs: readonly Symbolic[],
  layer: Layer,
  side: ResolvedSite['side'] | 'around',
): Split | undefined {
  const all = leadingTo(graph, outputs);
  const callsAmong = (some: readonly Symbolic[]) => some.filter(({ sourceLayer }) => sourceLayer === layer);
  const calls = callsAmong(all);
  const [call] = calls;
  // Called once, for whichever output of the model, it is there once, or once for each of its own outputs.
  const every = callsAmong(leadingTo(graph, graph.outputs));
  const different = new Set(every.map(({ outputTensorIndex = 0 }) => outputTensorIndex));
  if (!call || different.size < every.length) return undefined;
  const site: (Symbolic | undefined)[] = side === 'input' ? [...call.inputs] : [];
  if (side === 'output') for (const symbolic of calls) site[symbolic.outputTensorIndex ?? 0] = symbolic;
  const entered = new Set(site);
  if (side === 'input') {
    // Others see what the layer is not given.
    const shared = (input: Symbolic | undefined) =>
      all.some(({ sourceLayer, inputs }) => sourceLayer !== layer && inputs.some((other) => other === input));
    if (site.length === 0 || entered.size < site.length || site.some(shared)) return undefined;
  }
  const behind = new Set(side === 'output' ? [] : calls);
  for (const symbolic of all) {
    if (!entered.has(symbolic) && symbolic.inputs.some((input) => entered.has(input) || behind.has(input)))
      behind.add(symbolic);
  }
  if (!outputs.every((output) => behind.has(output) || (side === 'output' && entered.has(output)))) return undefined;
  const needed = new Set([...behind].flatMap(({ inputs }) => inputs));
  const crossing = [...needed].filter((input) => !behind.has(input) && !entered.has(input));
  return { graph, site: Array.from(site), crossing, outputs, taken: call.inputs };
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
