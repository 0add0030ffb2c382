/** What is used of a node of a GraphModel's graph. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly category: string;
  readonly inputs: readonly Node[];
  readonly inputNames: readonly string[];
  readonly children: readonly Node[];
  /** Its attributes as the converter wrote them. */
  readonly rawAttrs?: Readonly<Record<string, unknown>>;
}

interface CutGraph {
  /** The nodes whose tensors are fed at the site. */
  readonly entered: readonly string[];
  /** The nodes that the wanted outputs come from. */
  readonly ends: readonly string[];
  /** All outputs of the model, such as `node:1`. */
  readonly outputs: readonly string[];
  /** Nodes that are fed already. @defaultValue none */
  readonly fed?: readonly string[];
}

/**
 * The nodes that pass a site by on their way to what lies behind it. Fed together with the site, they are all that the
 * executor needs: it runs only what lies between what it is fed and what it is asked for.
 *
 * A node can be fed if it has one tensor, with a row for each row of the inputs. What a graph computes from the number of
 * rows (Shape, and all that follows from it) has none, or has others for other rows: instead of it, that of which the number
 * was taken is fed, and the rest computed anew.
 */
export function crossingNodes(
  nodes: Readonly<Record<string, Node>>,
  { entered, ends, outputs, fed = [] }: CutGraph,
): string[] {
  const all = Object.values(nodes);
  const site = new Set(entered);
  const behind = following(entered.flatMap((name) => nodes[name] ?? []));
  // What follows from no input is one row for all, or none.
  const varying = following(all.filter(isInput));
  // Whose values tell how many rows there are: not those that only take the number as a shape to bring rows into.
  const counting = following(
    all.filter(({ op }) => /^(Shape|ShapeN|Size)$/.test(op)),
    (child, node) => child.op !== 'Reshape' || child.inputs[0] === node,
  );
  const crossing = new Set<string>();
  const needed = new Set(ends);
  for (const name of needed) {
    const node = nodes[name];
    if (!node || site.has(name) || fed.includes(name)) continue;
    if (!behind.has(name)) {
      if (!varying.has(name)) continue;
      if (isInput(node) || !(counting.has(name) || givesSeveral(node, outputs))) {
        crossing.add(name);
        continue;
      }
    }
    for (const input of node.inputs) needed.add(input.name);
  }
  return [...crossing];
}

/** The tensor of a node. By number, since the signature may call another by the name of the node. */
export const tensorOf = (node: string): string => `${node}:0`;

const isInput = ({ op }: Node): boolean => op.startsWith('Placeholder');

/** Whether some node takes another tensor of this one than the first, or the model gives one among its `outputs`. */
export const givesSeveral = ({ name, children }: Node, outputs: readonly string[]): boolean =>
  children.some(({ inputNames }) => inputNames.some((input) => input.startsWith(`${name}:`))) ||
  outputs.some((output) => output.startsWith(`${name}:`) && output !== tensorOf(name));

/** Names of these and of all that they lead to, by ways that `leads` leaves open. */
export function following(
  nodes: readonly Node[],
  leads: (child: Node, from: Node) => boolean = () => true,
): ReadonlySet<string> {
  const found = new Set(nodes.map(({ name }) => name));
  const open = [...nodes];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of node.children) {
      if (found.has(child.name) || !leads(child, node)) continue;
      found.add(child.name);
      open.push(child);
    }
  }
  return found;
}
