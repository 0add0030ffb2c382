import { ones, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { gradients } from '../src/gradients';
import { type BackwardOptions, backward } from '../src/tape/backward';
import { type RecordOptions, record, type Tape } from '../src/tape/record';
import { weightCache } from '../src/tape/weight-cache';

type Model = (...inputs: Tensor[]) => Tensor | Promise<Tensor>;

/** Records `model` with all `inputs` watched. Dispose both the tape and the output. */
export async function recorded(
  model: Model,
  inputs: Tensor[],
  options: RecordOptions = {},
): Promise<{ tape: Tape; output: Tensor }> {
  const { tape, outputs } = await record((tape) => {
    for (const input of inputs) tape.watch(input);
    const output = model(...inputs);
    return output instanceof Promise ? output.then((tensor) => [tensor]) : [output];
  }, options);
  return { tape, output: outputs[0] as Tensor }; // one was given
}

/** ∂Σ output/∂inputs by the tape; `undefined` where there is no path. Disposes nothing that the model left. */
export async function tapeGradients(
  model: Model,
  inputs: Tensor[],
  { unfuse = false, ...options }: RecordOptions & Partial<BackwardOptions> = {},
): Promise<(Tensor | undefined)[]> {
  const { tape, output } = await recorded(model, inputs, { unfuse });
  const weights = weightCache();
  try {
    return tidy(() => {
      const seeds = [{ at: output, signal: ones(output.shape) }];
      // `tidy` keeps what it finds in the result; holes it passes over.
      return backward(tape, {
        seeds,
        wanted: inputs,
        gradients,
        tools: { weights, gradients, has: () => true },
        ...options,
      }) as Tensor[];
    });
  } finally {
    weights.dispose();
    tape.dispose();
    output.dispose();
  }
}

/** As `tapeGradients`, of one input that the output depends on. */
export async function tapeGradient(model: Model, input: Tensor, options: RecordOptions = {}): Promise<Tensor> {
  const [gradient] = await tapeGradients(model, [input], options);
  if (!gradient) throw new Error('no path from the output to the input');
  return gradient;
}
