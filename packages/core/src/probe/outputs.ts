import { clone, concat, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { Named } from '../model/model';
import { rowMap, rowsOf } from '../rows';
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
      const rows = rowMap(start, end, 1, undefined, session.model.rows);
      const taken = tidy(() => inputs.map((tensor) => rows.take(tensor)));
      try {
        const seen = await pass(session, { inputs: taken, rows, asks: [] });
        return {
          rows: end - start,
          outputs: seen.outputs.tensors,
          bytes: seen.bytes,
          use() {
            const tensors = seen.outputs.tensors.map((tensor) =>
              tensor.shape[0] === rows.example.length
                ? tidy(() => clone(rowsOf(tensor, 0, end - start)))
                : clone(tensor),
            );
            batches.push({ ...seen.outputs, tensors });
            advance(session, end - start);
          },
          dispose: seen.dispose,
        };
      } finally {
        for (const tensor of taken) tensor.dispose();
      }
    });
    const [first] = batches;
    const tensors = tidy(() =>
      (first?.tensors ?? []).map((tensor, i) =>
        joined(
          batches.map(({ tensors }) => tensors[i] ?? tensor),
          examples,
        ),
      ),
    );
    return { ...first, tensors };
  } finally {
    for (const { tensors } of batches) for (const tensor of tensors) tensor.dispose();
  }
}

/**
 * An output of all batches. One without a row for each example is that of the first batch, since another output may be
 * the one that is asked for; whoever asks for this one finds that rows are missing.
 */
function joined(parts: readonly Tensor[], examples: number): Tensor {
  const [first] = parts as [Tensor]; // there is a batch
  const rows = parts.reduce((total, { shape }) => total + (shape[0] ?? Number.NaN), 0);
  if (rows !== examples) return clone(first);
  const other = parts.find(({ shape }) => String(shape.slice(1)) !== String(first.shape.slice(1)));
  if (!other) return concat([...parts], 0);
  throw new AttributionError('model', {
    got: `an output of shape [${other.shape}] after one of [${first.shape}]`,
    expected: 'outputs whose rows have one shape, whatever the batch',
    fix: 'Pad what the model returns to one shape, or use a function of the outputs as target.',
  });
}
