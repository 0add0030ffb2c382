import type { Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import type { Discretisation } from '../tape/influence';
import type { Tape } from '../tape/record';

/**
 * What is to be said of a score on which some of what was attributed has no influence, or one without a gradient.
 * @param found the signal at each tensor that was attributed, `undefined` where none arrived
 * @throws AttributionError `read-back`, if the model read what would have led there
 */
export function noteOfPaths(tape: Tape, score: Tensor, found: readonly (Tensor | undefined)[]): string | undefined {
  const read = tape.discreteRead();
  const through = tape.discreteFrom(score);
  if (found.every(Boolean)) {
    // Booleans choose between ways, as in a mask: that is in order. Integers are numbers that have lost their slope.
    return through?.dtype === 'int32'
      ? `A part of the way from the target to what was attributed goes through integers (kernel ${through.kernel}), which have no gradient: it counts for nothing in the values.`
      : undefined;
  }
  if (read && !found.some(Boolean)) throw readBack(read);
  const or = through
    ? `, or only through ${plural(through)} (kernel ${through.kernel}), which have no gradient`
    : read
      ? `, or only through ${plural(read)} (kernel ${read.kernel}) that the model read while it ran`
      : '';
  return `The target does not depend on some of what was attributed${or}: the values there are zero.`;
}

const plural = ({ dtype }: Discretisation): string => (dtype === 'bool' ? 'booleans' : 'integers');

function readBack(from: Discretisation): AttributionError {
  return new AttributionError('read-back', {
    got: `a model that reads ${plural(from)} made of its input (by kernel ${from.kernel}) while it runs, and no other way from there to the target`,
    expected: 'tensor operations from the input to the target',
    fix: 'What is computed outside TensorFlow.js (whereAsync, booleanMaskAsync, data, dataSync) has no gradient. Use a perturbation method such as occlusion().',
  });
}
