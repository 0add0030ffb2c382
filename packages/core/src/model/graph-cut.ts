/** What is used of a node of a GraphModel's graph. */
export interface Node {
  readonly name: string;
  readonly op: string;
  readonly category: string;
  readonly inputs: readonly Node[];
  readonly inputNames: readonly string[];
  readonly children: readonly Node[];
}

interface CutGraph {
  /** The nodes whose tensors are fed at the site. */
  readonly entered: readonly string[];
  /** The nodes that the wanted outputs come from. */
  readonly ends: readonly string[];
  /** Weights and constants. */
  readonly fixed: ReadonlySet<string>;
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
  { entered, ends, fixed, fed = [] }: CutGraph,
): string[] {
  const site = new Set(entered);
  const behind = new Set<string>();
  const open = [...site];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const child of nodes[name]?.children ?? []) {
      if (site.has(child.name) || behind.has(child.name)) continue;
      behind.add(child.name);
      open.push(child.name);
    }
  }

  const counts = countingRows(nodes);
  const moved = new Map<string, boolean>();
  /** Whether it depends on an input: if not, it is one row for all, or none. */
  const varies = ({ name, op, inputs }: Node): boolean => {
    const known = moved.get(name);
    if (known !== undefined) return known;
    moved.set(name, false); // while it is looked at: there are no loops, as these wait
    const found = !fixed.has(name) && (isInput(op) || inputs.some(varies));
    moved.set(name, found);
    return found;
  };
  const crossing = new Set<string>();
  const needed = new Set(ends);
  for (const name of needed) {
    const node = nodes[name];
    if (!node || site.has(name) || fed.includes(name)) continue;
    if (!behind.has(name)) {
      if (!varies(node)) continue;
      if (isInput(node.op) || !(counts.has(name) || givesSeveral(node))) {
        crossing.add(name);
        continue;
      }
    }
    for (const input of node.inputs) needed.add(input.name);
  }
  return [...crossing];
}

const isInput = (op: string): boolean => op.startsWith('Placeholder');

/** Whether some node takes another output of this one than the first. */
export const givesSeveral = ({ name, children }: Node): boolean =>
  children.some(({ inputNames }) => inputNames.some((input) => input.startsWith(`${name}:`)));

/** Nodes whose values tell how many rows there are: not those that only take the number as a shape to bring rows into. */
function countingRows(nodes: Readonly<Record<string, Node>>): Set<string> {
  const counting = new Set<string>();
  const open = Object.values(nodes).filter(({ op }) => /^(Shape|ShapeN|Size)$/.test(op));
  for (let node = open.pop(); node; node = open.pop()) {
    if (counting.has(node.name)) continue;
    counting.add(node.name);
    for (const child of node.children) {
      const shaped = child.op === 'Reshape' && child.inputs[0] !== node && !counting.has(child.inputs[0]?.name ?? '');
      if (!shaped) open.push(child);
    }
  }
  return counting;
}
