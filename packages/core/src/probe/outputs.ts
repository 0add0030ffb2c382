import { clone, concat, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Named } from '../model/model';
import { rowMap } from '../rows';
import type { Tensors } from '../tape/node';
import { inBatches } from './batches';
import { pass } from './pass';
import { advance, type Session } from './session';

/** The model's outputs on `inputs`, all rows of each. The caller disposes them. */
export async function outputsOf(session: Session, inputs: Tensors, examples: number): Promise<Named> {
  const batches: Named[] = [];
  session.progress.total += examples;
  try {
    await inBatches(session, examples, async (start, end) => {
      const rows = rowMap(start, end, 1);
      const taken = tidy(() => inputs.map((tensor) => rows.take(tensor)));
      try {
        const seen = await pass(session, { inputs: taken, rows, read: [], grad: [] });
        batches.push({ ...seen.outputs, tensors: seen.outputs.tensors.map((tensor) => clone(tensor)) });
        seen.dispose();
        advance(session, end - start);
        return { bytes: seen.bytes };
      } finally {
        for (const tensor of taken) tensor.dispose();
      }
    });
    const [first] = batches;
    const tensors = tidy(() =>
      (first?.tensors ?? []).map((_, i) =>
        concat(
          batches.map(({ tensors }) => tensors[i] as Tensor),
          0,
        ),
      ),
    ); // alike in all
    return { ...first, tensors };
  } finally {
    for (const { tensors } of batches) for (const tensor of tensors) tensor.dispose();
  }
}
