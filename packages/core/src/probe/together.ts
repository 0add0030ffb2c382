import type { Where } from '../site';
import type { Tensors } from '../tape/node';
import type { Request } from './evaluate';
import type { Points } from './points';
import { whereKey } from './recording';

/**
 * Runs one method for several targets or sites at once: whoever asks waits until all have asked, and queries about the
 * same rows of the model are then evaluated as one. So the methods know nothing of each other, and the rows are shared.
 */
export interface Together {
  /** Resolves when the query has been evaluated. */
  join(request: Request): Promise<void>;
  /** One of them is done and will not ask again. If it failed, nobody else need go on: their queries reject with the error. */
  leave(failure?: { readonly error: unknown }): void;
}

interface Waiting {
  readonly request: Request;
  resolve(): void;
  reject(error: unknown): void;
}

/** @param count how many run at once */
export function together(
  count: number,
  evaluate: (requests: readonly [Request, ...Request[]]) => Promise<void>,
): Together {
  const waiting: Waiting[] = [];
  let running = count;
  let stopped: { readonly error: unknown } | undefined;

  const evaluateRound = async () => {
    for (const group of alike(waiting.splice(0))) {
      if (stopped) {
        for (const { reject } of group) reject(stopped.error);
        continue;
      }
      try {
        const [first, ...others] = group;
        await evaluate([first.request, ...others.map(({ request }) => request)]);
        for (const { resolve } of group) resolve();
      } catch (error) {
        stopped ??= { error };
        for (const { reject } of group) reject(error);
      }
    }
  };
  const proceed = () => {
    if (waiting.length > 0 && waiting.length >= running) void evaluateRound();
  };

  return {
    join: (request) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(stopped.error);
        waiting.push({ request, resolve, reject });
        proceed();
      }),
    leave(failure) {
      running--;
      stopped ??= failure;
      if (stopped) for (const { reject } of waiting.splice(0)) reject(stopped.error);
      else proceed();
    },
  };
}

/** Groups of requests about the same rows, in the order in which they came. */
function alike(round: readonly Waiting[]): [Waiting, ...Waiting[]][] {
  const groups: [Waiting, ...Waiting[]][] = [];
  for (const one of round) {
    const group = groups.find(([first]) => sameRows(first.request, one.request));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

function sameRows(a: Request, b: Request): boolean {
  const [p, q] = [a.query, b.query];
  const [put, otherPut] = [p.put ?? 'inputs', q.put ?? 'inputs'];
  return (
    sameTensors(a.parts.inputs, b.parts.inputs) &&
    sameTensors(a.x, b.x) &&
    sameTensors(a.reference, b.reference) &&
    (p.against === undefined || a.parts.baseline === b.parts.baseline) &&
    put === otherPut &&
    p.rules === q.rules &&
    // A rule asks whether an input depends on what is attributed, which is then any of the places together.
    (p.rules === undefined || samePlaces(p.grad, q.grad)) &&
    p.against === q.against &&
    samePoints(p.points, q.points)
  );
}

const sameTensors = (a: Tensors, b: Tensors): boolean =>
  a === b || (a.length === b.length && a.every((tensor, i) => tensor === b[i]));

const samePlaces = (a: readonly Where[] = [], b: readonly Where[] = []): boolean =>
  a.length === b.length && a.every((where, i) => whereKey(where) === whereKey(b[i] ?? 'inputs'));

function samePoints(a: Points, b: Points): boolean {
  if (a === b) return true;
  if (a.count !== b.count) return false;
  if (a.kind === 'path' && b.kind === 'path') return a.alphas.every((alpha, i) => alpha === b.alphas[i]);
  if (a.kind !== 'off' || b.kind !== 'off') return false;
  const [s, t] = [a.sets, b.sets];
  if (s.kind === 'boxes') return t.kind === 'boxes' && JSON.stringify(s.boxes) === JSON.stringify(t.boxes);
  if (s.kind === 'omissions') return t.kind === 'omissions' && s.groups === t.groups;
  return t.kind === 'coalitions' && s.groups === t.groups && s.present.every((bit, i) => bit === t.present[i]);
}
