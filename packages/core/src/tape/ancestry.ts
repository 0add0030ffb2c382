import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensors } from './node';

/** Knows of each tensor which kernels lie between the model's inputs and it. A weight has no entry. */
export interface Ancestry {
  /** `tensor` is an input of the model. */
  enter(tensor: Tensor): void;
  /** `kernel` made `outputs` from `inputs`. */
  follow(kernel: string, inputs: Tensors, outputs: Tensors): void;
  of(tensor: Tensor): ReadonlySet<string> | undefined;
}

export function ancestry(): Ancestry {
  const kernels = new Map<number, ReadonlySet<string>>();
  return {
    enter: (tensor) => void kernels.set(tensor.id, new Set()),
    follow(kernel, inputs, outputs) {
      const behind = unite(
        inputs.flatMap(({ id }) => kernels.get(id) ?? []),
        kernel,
      );
      if (behind) for (const { id } of outputs) kernels.set(id, behind);
    },
    of: ({ id }) => kernels.get(id),
  };
}

/** The union of `sets` with `kernel`, which mostly is the largest of them: then no new set is made. */
function unite(sets: readonly ReadonlySet<string>[], kernel: string): ReadonlySet<string> | undefined {
  const [first, ...others] = sets;
  if (!first) return undefined;
  const largest = others.reduce((a, b) => (b.size > a.size ? b : a), first);
  const missing = [kernel, ...sets.flatMap((set) => (set === largest ? [] : [...set]))].filter((k) => !largest.has(k));
  return missing.length > 0 ? new Set([...largest, ...missing]) : largest;
}
