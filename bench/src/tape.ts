import { dispose, ones, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientTools } from '@vitrum/core';
import { currentBackend, hasKernel } from '../../packages/core/src/backend';
import { gradients } from '../../packages/core/src/gradients';
import { backward } from '../../packages/core/src/tape/backward';
import { record, type Tape } from '../../packages/core/src/tape/record';
import { weightCache } from '../../packages/core/src/tape/weight-cache';

// Core's own parts, by path: what is measured here is not public.

export interface Recording {
  readonly tape: Tape;
  readonly input: Tensor;
  readonly output: Tensor;
}

/** Runs `model` on the tape. */
export async function recordForward(model: (x: Tensor) => Tensor, input: Tensor): Promise<Recording> {
  const { tape, outputs } = await record((tape) => {
    tape.watch(input);
    return [model(input)];
  });
  return { tape, input, output: outputs[0] as Tensor }; // one was given
}

export interface Walker {
  /** ∂Σoutput/∂input. The caller disposes it. */
  back(recording: Recording): Tensor;
  dispose(): void;
}

/** Walks recordings back with the rules of the backend in use. */
export function walker(): Walker {
  const weights = weightCache();
  const tools: GradientTools = { weights, gradients, has: hasKernel };
  const rules = { ...gradients, ...currentBackend().kernels };
  return {
    back({ tape, input, output }) {
      const signal = ones(output.shape);
      const [found] = backward(tape, { seeds: [{ at: output, signal }], wanted: [input], gradients: rules, tools });
      signal.dispose();
      if (!found) throw new Error('the output does not depend on the input');
      return found;
    },
    dispose: () => weights.dispose(),
  };
}

export function free({ tape, output }: Recording): void {
  tape.dispose();
  dispose(output);
}
