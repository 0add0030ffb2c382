import { engine, type Tensor } from '@tensorflow/tfjs-core';

/** What is used of the engine beside its public interface: it has no hook for new tensors. */
interface Interior {
  track(tensor: Tensor): Tensor;
  readonly state: {
    readonly activeScope: object | null;
    readonly scopeStack: readonly object[];
    readonly numTensors: number;
  };
}

const owned: Tensor[] = [];

/** Leaves it to the end of the test to dispose what a call returned. */
export function own<T extends Tensor | readonly Tensor[]>(tensors: T): T {
  owned.push(...[tensors].flat());
  return tensors;
}

/**
 * Watches tensors until the returned function is called, which says for people what was leaked.
 *
 * Tensors that test code makes are freed with the test. What the library makes is a leak unless it was disposed: a
 * scope must not hide what asynchronous code forgot, so the place where a tensor was made decides.
 */
export function watchTensors(): () => string[] {
  // Private in the types, and the same in every 4.x release.
  const interior = engine() as unknown as Interior;
  const before = interior.state.numTensors;
  const made = new Map<Tensor, { stack?: string }>();
  engine().startScope('test');
  const scope = interior.state.activeScope;
  const track = interior.track;
  interior.track = (tensor) => {
    // Inside another scope, that scope frees it.
    if (interior.state.activeScope === scope) {
      // No error, which would look at the stack a second time: that is most of what watching costs.
      const here = {};
      Error.captureStackTrace(here, interior.track);
      made.set(tensor, here);
    }
    return track.call(interior, tensor);
  };

  return () => {
    interior.track = track;
    for (const tensor of owned.splice(0)) tensor.dispose();
    const problems: string[] = [];
    while (interior.state.scopeStack.includes(scope ?? {}) && interior.state.activeScope !== scope) {
      problems.push('a scope was started and not ended');
      engine().endScope();
    }
    problems.push(...leaks(made));
    engine().endScope();
    const difference = interior.state.numTensors - before;
    if (difference > 0) problems.push(`${difference} tensors or variables were kept and not disposed`);
    if (difference < 0) problems.push(`${-difference} tensors from before the test were disposed in it`);
    return problems;
  };
}

function leaks(made: ReadonlyMap<Tensor, { readonly stack?: string }>): string[] {
  const places = new Map<string, number>();
  for (const [tensor, { stack = '' }] of made) {
    if (tensor.isDisposed || tensor.kept) continue;
    const origin = stack.split('\n').flatMap(place)[0] ?? 'an unknown place';
    if (!isTestCode(origin)) places.set(origin, (places.get(origin) ?? 0) + 1);
  }
  return [...places].map(([origin, count]) => `${count} tensors made at ${origin} were not disposed`);
}

/** Where a line of a stack trace lies, if in code of this project, such as `packages/core/src/rows.ts:88`. */
function place(line: string): string[] {
  const [path] = line.includes('node_modules')
    ? []
    : (/(?:packages|apps|bench)\/[^:]+\.[cm]?[jt]sx?:\d+/.exec(line) ?? []);
  return path === undefined ? [] : [path];
}

const isTestCode = (path: string): boolean => /\.test\.ts:|\/test\/|packages\/testing\//.test(path);
