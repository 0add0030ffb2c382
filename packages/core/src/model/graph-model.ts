import type { DataType, Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { type ResolvedSite, siteKey } from '../site';
import { isGone } from '../tape/engine';
import type { Tensors } from '../tape/node';
import { weightCache } from '../tape/weight-cache';
import { crossingNodes, givesSeveral, type Node, tensorOf } from './graph-cut';
import { type Listed, listNodes, withLayers } from './graph-layers';
import type { Cut, Enter, Model, Named, Outputs, Visit } from './model';

interface Graph {
  readonly nodes: Readonly<Record<string, Node>>;
  /** Those that control flow calls. */
  readonly functions?: Readonly<Record<string, Graph>>;
}

type Feed = Record<string, Tensor>;

/** Where each is, such as `node:1`, by the name that people use. */
type Signed = Readonly<Record<string, { readonly name: string }>>;

/** What is used of a tfjs-converter GraphModel; told by its structure, as a page may hold two copies of TF.js. */
export interface GraphModel {
  readonly inputs: readonly { readonly name: string; readonly shape?: readonly number[]; readonly dtype: DataType }[];
  readonly outputs: readonly { readonly name: string }[];
  /** Inputs and outputs by name; `outputs` forgets which of its node's tensors an output is. */
  readonly modelSignature?: { readonly inputs?: Signed; readonly outputs?: Signed };
  /** What Keras calls the outputs, in the order of the signature, where it has other names. */
  readonly modelStructuredOutputKeys?: unknown;
  readonly executor: {
    readonly weightMap: Readonly<Record<string, readonly Tensor[]>>;
    readonly graph: Graph & { readonly weights: readonly Node[] };
  };
  execute(feed: Feed, outputs: string[]): Tensor | Tensor[];
  executeAsync(feed: Feed, outputs: string[]): Promise<Tensor | Tensor[]>;
}

/** Categories of ops that wait for values, for which the executor insists on `executeAsync`. */
const waiting = new Set(['control', 'dynamic', 'hash_table']);

/**
 * Runs a GraphModel and looks inside by stopping at each visited node: the graph is executed up to there, and on from
 * there with the node fed. Every part runs once, whatever is visited.
 */
export function graphModel(model: GraphModel): Model {
  const order = topological(Object.values(model.executor.graph.nodes));
  const position = new Map(order.map((node, i) => [node.name, i]));
  const constants = new Set(model.executor.graph.weights.map(({ name }) => name));
  const inputNames = model.inputs.map(({ name }) => name);
  const signature = model.modelSignature ?? {};
  const called = new Map(Object.entries(signature.inputs ?? {}).map(([key, { name }]) => [nodeOf(name), key]));
  const signed = Object.keys(signature.outputs ?? {});
  const outputs = outputsOf(model);
  const outputNames = signed.length > 0 ? signed : model.outputs.map(({ name }) => name);
  const { modelStructuredOutputKeys: keys } = model;
  // As `predict` calls them.
  const shownNames = Array.isArray(keys) && keys.length === outputNames.length ? keys.map(String) : outputNames;
  const weights = weightCache();
  const batch = model.inputs[0]?.shape?.[0];
  // Before `followNodes`, which listens to who reads the category.
  const waits = new Set(order.filter(({ category }) => waiting.has(category)).map(({ name }) => name));

  /** Whether the way from what is fed to these tensors has an op that waits, as the executor sees it. */
  function mustWait(names: readonly string[], fed: ReadonlySet<string>): boolean {
    const needed = new Set(names.map(source));
    for (const name of needed) {
      if (waits.has(name)) return true;
      if (fed.has(name) || constants.has(name)) continue;
      for (const input of model.executor.graph.nodes[name]?.inputs ?? []) needed.add(input.name);
    }
    return false;
  }

  /** The node that an output comes from. */
  const source = (output: string) => nodeOf(signature.outputs?.[output]?.name ?? output);
  const crossings = new Map<string, string[]>();
  const crossing = (entered: readonly string[], ends: readonly string[], fed: readonly string[] = []) => {
    const key = JSON.stringify([entered, ends, fed]);
    const found = crossings.get(key) ?? crossingNodes(model.executor.graph.nodes, { entered, ends, outputs, fed });
    crossings.set(key, found);
    return found;
  };
  const feedOf = ({ tensors }: Named): Feed => Object.fromEntries(tensors.map((tensor, i) => [inputNames[i], tensor]));
  const execute = (feed: Feed, names: string[]) => list(model.execute(numbered(feed), names));
  /** The outputs that are wanted, all of them if some of those do not exist. */
  const choose = (wanted: readonly number[] | undefined) => {
    const only = wanted?.every((place) => place in outputNames) ? wanted : undefined;
    const names = only ? only.map((place) => outputNames[place] ?? '') : outputNames;
    const shown = only ? only.map((place) => shownNames[place] ?? '') : shownNames;
    return { names, finish: (tensors: Tensors): Outputs => ({ tensors, names: shown, ...(only && { only }) }) };
  };

  function* pass(feed: Feed, visits: readonly Visit[], wanted: readonly string[]): Pass {
    const at = (visit: Visit) => position.get(visit.site.layer) ?? -1;
    const ordered = [...visits].sort((a, b) => at(a) - at(b));
    for (const [i, visit] of ordered.entries()) {
      const names = tensorsAt(model, visit.site, constants);
      const ends = [...wanted.map(source), ...ordered.slice(i + 1).map(({ site }) => site.layer)];
      const passing = waits.size > 0 ? [] : crossing(names, ends, Object.keys(feed));
      const fetched = yield [feed, [...names, ...passing].map(tensorOf)];
      const values = visit.see(fetched.slice(0, names.length));
      for (const [i, name] of names.entries()) if (values[i]) feed[name] = values[i];
      for (const [i, name] of passing.entries()) feed[name] = fetched[names.length + i] as Tensor; // one for one
    }
    return wanted.length > 0 ? yield [feed, [...wanted]] : [];
  }

  const listed = listNodes({
    nodes: order,
    outputs,
    constants,
    waits,
    ends: outputNames.map(source),
    inputs: model.inputs,
    execute,
  });

  const waist: Omit<Model, 'layers'> & Listed = {
    kind: 'graph',
    inputs: model.inputs.map(({ name, shape, dtype }) => ({
      name: called.get(name) ?? name,
      ...((called.get(name) ?? name) !== name && { node: name }),
      dtype,
      ...(shape && { shape: shape.map((size) => (size < 0 ? null : size)) }),
    })),
    ...listed,
    ...(batch !== undefined && batch > 0 && { rows: batch }),
    random: drawing(model.executor.graph),
    weights,
    run(inputs, visits, enter, wanted) {
      const { names, finish } = choose(wanted);
      const restore = enter ? followNodes(order, enter) : () => undefined;
      const ahead = pass(feedOf(inputs), visits, names);
      if (mustWait([...names, ...visits.map(({ site }) => tensorOf(site.layer))], new Set(inputNames))) {
        const wait = async (feed: Feed, names: string[]) =>
          mustWait(names, new Set(Object.keys(feed)))
            ? list(await model.executeAsync(numbered(feed), names))
            : execute(feed, names);
        return driveAsync(ahead, wait).then(finish).finally(restore);
      }
      try {
        return finish(drive(ahead, execute));
      } finally {
        restore();
      }
    },
    cut(site, wanted): Cut | undefined {
      const { names, finish } = choose(wanted);
      const entered = tensorsAt(model, site, constants);
      const alters =
        drawing(model.executor.graph).length > 0 || mustWait([...names, ...entered.map(tensorOf)], new Set(inputNames));
      if (alters || (batch !== undefined && batch > 1)) return undefined;
      const passing = crossing(entered, names.map(source));
      return {
        crosses: passing.length > 0,
        before: (inputs) => execute(feedOf(inputs), passing.map(tensorOf)),
        after(values, visits, enter) {
          const own = visits.find((visit) => siteKey(visit.site) === siteKey(site));
          const at = own?.see([]) ?? [];
          const feed: Feed = {};
          for (const [i, name] of passing.entries()) if (values[i]) feed[name] = values[i];
          for (const [i, name] of entered.entries()) if (at[i]) feed[name] = at[i];
          const others = visits.filter((visit) => visit !== own);
          const restore = enter ? followNodes(order, enter) : () => undefined;
          try {
            return finish(drive(pass(feed, others, names), execute));
          } finally {
            restore();
          }
        },
      };
    },
    disposed: () => Object.values(model.executor.weightMap).some((tensors) => tensors.some(isGone)),
    calls: () => 1,
    dispose: () => weights.dispose(),
    [Symbol.dispose]: () => weights.dispose(),
  };
  return withLayers(waist);
}

/** Tells which node is executed: the executor reads the category of a node when its turn has come. Returns the undoing. */
function followNodes(nodes: readonly Node[], enter: Enter): () => void {
  const undo = nodes.map((node) => {
    const before = Object.getOwnPropertyDescriptor(node, 'category');
    if (!before) return () => undefined;
    const get = () => {
      enter(node.name);
      return before.value;
    };
    Object.defineProperty(node, 'category', { get, configurable: true, enumerable: true });
    return () => void Object.defineProperty(node, 'category', before);
  });
  return () => {
    for (const step of undo) step();
    enter(undefined);
  };
}

/** Where the outputs are, such as `node:1`. */
const outputsOf = ({ modelSignature }: GraphModel): string[] =>
  Object.values(modelSignature?.outputs ?? {}).map(({ name }) => name);

/** Names of the tensors at a site: the node itself, or what flows into it (weights and constants aside). */
function tensorsAt(model: GraphModel, { layer, side }: ResolvedSite, constants: ReadonlySet<string>): string[] {
  const node = model.executor.graph.nodes[layer];
  if (!node) return [layer];
  const sources = side === 'output' ? [node] : node.inputs.filter(({ name }) => !constants.has(name));
  const several = sources.find((source) => givesSeveral(source, outputsOf(model)));
  if (several) {
    throw new AttributionError('site', {
      got: `the ${side} side of node "${layer}"${side === 'input' ? `, which takes from "${several.name}"` : ''}`,
      expected: 'a tensor of a node with one output, since a GraphModel can only be entered there',
      fix: `Use the nodes that take the outputs of "${several.name}": ${several.children.map(({ name }) => `layer('${name}')`).join(', ')}.`,
    });
  }
  const shared = side === 'input' && sources.find(({ children }) => children.length > 1);
  if (!shared) return sources.map(({ name }) => name);
  throw new AttributionError('site', {
    got: `the input side of node "${layer}", which takes "${shared.name}" as other nodes do`,
    expected: 'a node that alone takes its input, since a GraphModel can only be entered at a whole tensor',
    fix: `Use layer('${shared.name}') for the tensor itself.`,
  });
}

type Pass = Generator<[Feed, string[]], Tensors, Tensors>;

function drive(pass: Pass, execute: (feed: Feed, names: string[]) => Tensors): Tensors {
  let step = pass.next();
  while (!step.done) step = pass.next(execute(...step.value));
  return step.value;
}

/** Like `drive`. No scope outlives an `await`: what was fetched and fed on the way is disposed here. */
async function driveAsync(pass: Pass, execute: (feed: Feed, names: string[]) => Promise<Tensors>): Promise<Tensors> {
  let step = pass.next();
  const borrowed = new Set(step.done ? [] : Object.values(step.value[0]));
  const passing: Tensor[] = [];
  try {
    while (!step.done) {
      const [feed, names] = step.value;
      const fetched = await execute(feed, names);
      passing.push(...fetched);
      step = pass.next(fetched);
      passing.push(...Object.values(feed));
    }
    for (const output of step.value) borrowed.add(output);
    return step.value;
  } finally {
    for (const tensor of passing) if (!borrowed.has(tensor)) tensor.dispose();
  }
}

/** The nodes that draw at random. */
function drawing({ nodes, functions = {} }: Graph): string[] {
  const own = Object.values(nodes).filter(({ op }) => /^(Random|TruncatedNormal|Multinomial)/.test(op));
  return [...own.map(({ name }) => `node "${name}"`), ...Object.values(functions).flatMap(drawing)];
}

const numbered = (feed: Feed): Feed =>
  Object.fromEntries(Object.entries(feed).map(([node, tensor]) => [tensorOf(node), tensor]));

/** The node of a tensor named `node` or `node:index`. */
const nodeOf = (name: string): string => name.split(':')[0] ?? name;

const list = (values: Tensor | Tensor[]): Tensor[] => (Array.isArray(values) ? values : [values]);

/** Every node after those it takes from. */
function topological(nodes: readonly Node[]): Node[] {
  const placed = new Set<Node>();
  const open = new Set<Node>();
  const place = (start: Node) => {
    const stack = [start];
    for (let node = stack.at(-1); node; node = stack.at(-1)) {
      open.add(node);
      const next = node.inputs.find((input) => !placed.has(input) && !open.has(input));
      if (next) stack.push(next);
      else placed.add(stack.pop() ?? node);
    }
  };
  for (const node of nodes) if (!placed.has(node)) place(node);
  return [...placed];
}
