import { getKernel, type KernelFunc, registerKernel, scalar, type TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph/saved-model';
import { openSession, type Session } from '../graph/session';

/**
 * Kernels that backward rules of @vitrum/gradient-methods use where they are there: many steps for each element in one run
 * of TensorFlow, which needs no memory for what lies between.
 */
export function registerElementwise(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (getKernel(kernelName, 'tensorflow')) continue;
    registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
  }
}

type Step = readonly [name: string, operation: string, ...inputs: string[]];

/** A kernel that is these steps, of its inputs and of the numbers among its attributes; the last is what it gives. */
function kernel(
  inputs: readonly string[],
  numbers: Readonly<Record<string, number>>,
  steps: readonly Step[],
): KernelFunc {
  let session: Session | undefined;
  return (call) => {
    session ??= openSession([...inputs, ...Object.keys(numbers)], steps.map(node));
    const given = inputs.map((name) => call.inputs[name] as TensorInfo); // all that are asked for are given
    const values = Object.entries(numbers).map(([name, value]) => scalar(Number(call.attrs?.[name] ?? value)));
    try {
      return session.run([...given, ...values]);
    } finally {
      for (const value of values) value.dispose();
    }
  };
}

const node = ([name, operation, ...inputs]: Step): GraphNode => ({ name, operation, inputs });

/** sign(z), with sign(0) = 1. */
const sign: readonly Step[] = [
  ['shifted', 'AddV2', 'z', 'tiny'],
  ['sign', 'Sign', 'shifted'],
];
const tiny = 1e-37;

const plainQuotient = kernel(['r', 'z'], { epsilon: 0, tiny }, [
  ...sign,
  ['away', 'Mul', 'sign', 'epsilon'],
  ['stable', 'AddV2', 'away', 'z'],
  ['quotient', 'RealDiv', 'r', 'stable'],
]);
const quotientFurtherAway = kernel(['r', 'z', 'away'], { epsilon: 0, tiny }, [
  ...sign,
  ['further', 'AddV2', 'away', 'epsilon'],
  ['along', 'Mul', 'sign', 'further'],
  ['stable', 'AddV2', 'along', 'z'],
  ['quotient', 'RealDiv', 'r', 'stable'],
]);

const kernels: Readonly<Record<string, KernelFunc>> = {
  VitrumQuotient: (call) => (call.inputs.away ? quotientFurtherAway : plainQuotient)(call),
  VitrumTurned: kernel(['t', 'z'], { tiny }, [...sign, ['turned', 'Mul', 'sign', 't']]),
  VitrumRescaled: kernel(['dy', 'gradient', 'x', 'x0', 'y', 'y0'], { floor: 0 }, [
    ['moved', 'Sub', 'x', 'x0'],
    ['change', 'Sub', 'y', 'y0'],
    ['amount', 'Mul', 'change', 'dy'],
    ['weighted', 'Mul', 'amount', 'moved'],
    ['fallback', 'Mul', 'gradient', 'floor'],
    ['sum', 'AddV2', 'weighted', 'fallback'],
    ['size', 'Square', 'moved'],
    ['stable', 'AddV2', 'size', 'floor'],
    ['rescaled', 'RealDiv', 'sum', 'stable'],
  ]),
};
