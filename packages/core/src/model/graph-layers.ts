import { type DataType, engine, ones, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { following, givesSeveral, type Node, tensorOf } from './graph-cut';
import type { LayerInfo, Model, Shape } from './model';

interface ListedGraph {
  readonly nodes: readonly Node[];
  /** Weights and constants. */
  readonly constants: ReadonlySet<string>;
  /** The nodes that wait for values. */
  readonly waits: ReadonlySet<string>;
  /** The nodes that the outputs of the model come from. */
  readonly ends: readonly string[];
  /** The outputs themselves, such as `node:1`. */
  readonly outputs: readonly string[];
  readonly inputs: readonly { readonly name: string; readonly shape?: readonly number[]; readonly dtype: DataType }[];
  execute(feed: Record<string, Tensor>, outputs: string[]): readonly Tensor[];
}

/** The nodes of a graph that a site can name. */
export interface Listed {
  readonly places: readonly LayerInfo[];
  /** With the shapes that a run tells. @param rows that the model takes at once, if not any number */
  list(rows: number | undefined): readonly LayerInfo[];
}

export function listNodes(graph: ListedGraph): Listed {
  const places = graph.nodes
    .filter(({ op, name }) => op !== 'Placeholder' && !graph.constants.has(name))
    .map((node): LayerInfo => {
      const shape = givesSeveral(node, graph.outputs) ? undefined : writtenShape(node);
      return { name: node.name, kind: node.op, ...(shape && { shape }) };
    });
  const without = new Set(places.flatMap(({ name, shape }) => (shape ? [] : name)));
  const unwritten = measurable(graph).filter(({ name }) => without.has(name));
  const known = new Map<string, readonly LayerInfo[]>();
  return {
    places,
    list(rows) {
      if (unwritten.length === 0) return places;
      // What one backend cannot run another may.
      const key = `${engine().backendName} ${rows}`;
      const before = known.get(key);
      if (before) return before;
      const shapes = measuredShapes(graph, unwritten, rows);
      const layers = places.map((info) => {
        const shape = info.shape ?? shapes?.get(info.name);
        return shape ? { ...info, shape } : info;
      });
      known.set(key, layers);
      return layers;
    },
  };
}

/** `model` with `layers`, which are listed when somebody looks at them. */
export const withLayers = (model: Omit<Model, 'layers'> & Listed): Model =>
  Object.defineProperty(model, 'layers', layers) as typeof model & Pick<Model, 'layers'>; // which it has now

/** Shared by all models: V8 keeps what a getter of each would close over until a full collection. */
const layers: PropertyDescriptor & ThisType<Listed & Pick<Model, 'rows'>> = {
  get() {
    return this.list(this.rows);
  },
  enumerable: true,
};

/** How TensorFlow writes the shapes of what a node gives, as JSON. */
interface Written {
  readonly list?: {
    readonly shape?: readonly {
      readonly unknownRank?: boolean;
      readonly dim?: readonly { readonly size?: string | number }[];
    }[];
  };
}

/** The shape of a node's first tensor, if the converter wrote it down. */
function writtenShape({ rawAttrs }: Node): Shape | undefined {
  const [shape] = (rawAttrs?._output_shapes as Written | undefined)?.list?.shape ?? []; // which is how it writes this attribute
  if (!shape || shape.unknownRank) return undefined;
  return (shape.dim ?? []).map(({ size = -1 }) => (Number(size) >= 0 ? Number(size) : null));
}

/**
 * The shapes of what nodes give, by name, as two small runs show them: of one row of zeros and of two rows of ones. What
 * differs between them is free. Nothing is told of a node that waits for values, that follows from one that does, or that
 * no output needs; and of none if an input may have many shapes, or if the model does not run like this.
 */
function measuredShapes(
  { inputs, execute }: ListedGraph,
  nodes: readonly Node[],
  rows: number | undefined,
): ReadonlyMap<string, Shape> | undefined {
  const names = nodes.map(({ name }) => name);
  const run = (fill: (shape: number[], dtype: DataType) => Tensor, count: number) =>
    tidy(() => {
      const feed = inputs.map(({ name, shape, dtype }) => [name, fill(withRows(shape, count), dtype)]);
      return execute(Object.fromEntries(feed), names.map(tensorOf)).map(({ shape }) => shape);
    });
  try {
    const [few, more] = [run(zeros, rows ?? 1), run(ones, rows ?? 2)];
    const found = new Map<string, Shape>();
    for (const [i, name] of names.entries()) {
      const [one = [], other = []] = [few[i], more[i]];
      const shape = one.map((size, d) => (size === other[d] ? size : null));
      if (one.length === other.length) found.set(name, shape);
    }
    return found;
  } catch {
    return undefined; // of a model that needs other inputs, or a backend that is not there yet
  }
}

function withRows(shape: readonly number[] | undefined, count: number): number[] {
  if (!shape || shape.slice(1).some((size) => size < 0)) throw new Error('an input of no certain shape');
  return shape.map((size) => (size < 0 ? count : size));
}

/** The nodes that a run can tell the shape of. */
function measurable({ nodes, constants, ends, outputs, waits }: ListedGraph): Node[] {
  const inputs = new Map(nodes.map((node) => [node.name, node.inputs]));
  const late = following(nodes.filter(({ name }) => waits.has(name)));
  const needed = new Set(ends);
  for (const name of needed) for (const input of inputs.get(name) ?? []) needed.add(input.name);
  return nodes.filter(
    (node) =>
      needed.has(node.name) && !late.has(node.name) && !constants.has(node.name) && !givesSeveral(node, outputs),
  );
}
