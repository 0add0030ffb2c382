import { AttributionError } from '../errors';
import type { Recorded, Tape } from './record';

/** Gives every operation of `tape` its counterpart in `reference`, node by node. The model must have done the same twice. */
export function zip(tape: Tape, reference: Tape): void {
  const count = Math.max(tape.nodes.length, reference.nodes.length);
  for (let i = 0; i < count; i++) {
    const node = tape.nodes[i];
    const counterpart = reference.nodes[i];
    if (!node || !counterpart || !alike(node, counterpart)) {
      throw new AttributionError('recording', {
        got: `${node?.kernel ?? 'nothing'} on the input and ${counterpart?.kernel ?? 'nothing'} on the baseline as operation ${i}`,
        expected: 'the same operations on both',
        fix: 'A method that compares the two (DeepLIFT) needs a model without branches on its values. Use integratedGradients() instead.',
      });
    }
    node.reference = { inputs: counterpart.inputs, outputs: counterpart.outputs };
  }
}

const alike = (a: Recorded, b: Recorded): boolean =>
  a.kernel === b.kernel && a.outputs.every((output, i) => String(output.shape) === String(b.outputs[i]?.shape));
