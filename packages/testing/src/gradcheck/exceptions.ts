import fc from 'fast-check';
import { drawing, type GradientCases } from './check-kernel';
import { refusedByNode } from './refused-by-node';

/** A call that a backend itself gets wrong or refuses, by what it does then. */
export interface Exception {
  readonly kernel: string;
  readonly backend: string;
  readonly what: string;
}

/** What the cases leave out on some backend, each reason once. */
export function exceptionsOf({ fixed, drawn }: GradientCases): Exception[] {
  const found = new Map<string, Exception>();
  const kernels = new Set([...Object.keys(fixed), ...Object.keys(drawn)]);
  for (const kernel of [...kernels].sort()) {
    const arbitrary = drawn[kernel];
    for (const example of [...(fixed[kernel] ?? []), ...(arbitrary ? fc.sample(arbitrary, drawing) : [])]) {
      const node = refusedByNode(kernel, example);
      for (const [backend, what] of Object.entries({ ...example.except, ...(node && { node }) })) {
        found.set(`${kernel} ${backend} ${what}`, { kernel, backend, what });
      }
    }
  }
  return [...found.values()];
}
