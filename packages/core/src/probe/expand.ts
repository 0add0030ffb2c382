import { clone, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { groupsOf } from '../features';
import { type DrawKey, type Random, seededRandom } from '../random';
import { rowMap } from '../rows';
import type { Tensors } from '../tape/node';
import { bytesIn } from '../tape/run-kernel';
import { checkSession } from './checks';
import type { Draw, OwnedProbe, Probe, ProbeParts } from './probe';
import { rowBytes } from './resolve';

/** Batches in a chunk of derived examples: enough that one of them, with a single row to learn from, costs little, and that threads share them. */
const batches = 4;

/**
 * Derived examples in chunks of some batches, as far as a quarter of the memory has room for them in all that are asked at
 * once; see `Probe.expand`.
 */
export async function* expand(
  parts: ProbeParts,
  copies: number,
  draw: Draw,
  derive: (parts: ProbeParts) => OwnedProbe,
): AsyncGenerator<Probe & { readonly parent: Int32Array }> {
  const { examples, random, baseline, siteBaseline, groups, first = 0 } = parts;
  const { known: _, sight: __, together: ___, ...inherited } = parts;
  const [own = 0] = await rowBytes(parts.session, [parts.site], parts.inputs);
  // Each is held, and four tensors like what is attributed.
  const bytes = bytesIn([...parts.inputs, ...(baseline ?? []), ...(siteBaseline ?? [])]) / examples + 4 * own;
  const room = parts.session.memory / 4;
  // The batches of derived examples have what is left.
  const session = { ...parts.session, memory: parts.session.memory - room };
  const fitting = Math.max(1, Math.floor(room / parts.asking / bytes));
  const [least, most] =
    session.batchSize === 'auto' ? [1, session.backend.rows ?? 8] : [session.batchSize, session.batchSize];
  const size = Math.max(least, Math.min(batches * most, fitting));
  for (let start = 0; start < examples * copies; start += size) {
    session.signal?.throwIfAborted();
    checkSession(session);
    const end = Math.min(examples * copies, start + size);
    const rows = rowMap(start, end, copies);
    const made: Tensor[] = [];
    const keep = <T extends Tensors | undefined>(tensors: T): T => {
      made.push(...(tensors ?? []));
      return tensors;
    };
    const take = (tensors: Tensors | undefined) =>
      tensors && keep(tidy(() => tensors.map((tensor) => rows.take(tensor))));
    const drawn = tidy(() => {
      const { inputs, baseline } = draw(rows, random);
      // Clones, since they are disposed after the chunk while the method may go on to use its own.
      const clones = (tensors: Tensors) => tensors.map((tensor) => clone(tensor));
      return { inputs: clones(inputs), ...(baseline && { baseline: clones(baseline) }) };
    });
    keep(drawn.inputs);
    const derivedBaseline = drawn.baseline ? keep(drawn.baseline) : take(baseline);
    const derivedSite = take(siteBaseline);
    const child = derive({
      ...inherited,
      session,
      inputs: drawn.inputs,
      examples: end - start,
      random: randomOf(random.seed, first * copies + start),
      first: first * copies + start,
      ...(derivedBaseline && { baseline: derivedBaseline }),
      ...(derivedSite && { siteBaseline: derivedSite }),
      ...(groups && { groups: groupsOf(groups, examples, rows.example) }),
      origin: parts.origin ? rowMap(start, end, copies, parts.origin).example : rows.example,
    });
    try {
      yield Object.assign(child, { parent: rows.example });
    } finally {
      child.dispose();
      for (const tensor of made) tensor.dispose();
    }
  }
}

/**
 * Draws of derived examples: by their place among all that are derived, so that chunks change nothing, and with a seed of
 * their own, so that they are independent of the draws that derived them.
 */
function randomOf(seed: number, first: number): Random {
  const [own = 0] = seededRandom(seed).integers({ example: 0, sample: 2 ** 32 - 1, tensor: 2 ** 32 - 1 }, 1, 2 ** 31);
  const random = seededRandom(own);
  const placed = ({ example, ...key }: DrawKey) => ({ ...key, example: example + first });
  return {
    seed: own,
    uniform: (key, ...rest) => random.uniform(placed(key), ...rest),
    normal: (key, ...rest) => random.normal(placed(key), ...rest),
    integers: (key, ...rest) => random.integers(placed(key), ...rest),
  };
}
