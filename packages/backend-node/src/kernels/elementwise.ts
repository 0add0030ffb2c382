import { getKernel, type KernelFunc, registerKernel, scalar, type TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph/saved-model';
import { openSession, type Session } from '../graph/session';
import type { Attributes } from '../native';

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

type Step = readonly [name: string, operation: string, inputs: readonly string[], attributes?: Attributes];

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

const node = ([name, operation, inputs, attributes = {}]: Step): GraphNode => ({ name, operation, inputs, attributes });

const tiny = 1e-37;
/** Positive where z is 0 too. */
const shifted: Step = ['shifted', 'AddV2', ['z', 'tiny']];
/** t · sign(z): the gradient of a rectifier whose other slope is −1. */
const turned = (t: string): Step => ['turned', 'LeakyReluGrad', [t, 'shifted'], { alpha: -1 }];
const divided: readonly Step[] = [
  ['stable', 'AddV2', ['turned', 'z']],
  ['quotient', 'RealDiv', ['r', 'stable']],
];

const plainQuotient = kernel(['r', 'z'], { epsilon: 0, tiny }, [
  shifted,
  ['sign', 'Sign', ['shifted']],
  ['turned', 'Mul', ['sign', 'epsilon']],
  ...divided,
]);
const quotientFurtherAway = kernel(['r', 'z', 'away'], { epsilon: 0, tiny }, [
  shifted,
  ['further', 'AddV2', ['away', 'epsilon']],
  turned('further'),
  ...divided,
]);

const kernels: Readonly<Record<string, KernelFunc>> = {
  VitrumQuotient: (call) => (call.inputs.away ? quotientFurtherAway : plainQuotient)(call),
  VitrumTurned: kernel(['t', 'z'], { tiny }, [shifted, turned('t')]),
  VitrumRescaled: kernel(['dy', 'gradient', 'x', 'x0', 'y', 'y0'], { epsilon: 0 }, [
    ['moved', 'Sub', ['x', 'x0']],
    ['change', 'Sub', ['y', 'y0']],
    ['amount', 'Mul', ['change', 'dy']],
    ['quotient', 'RealDiv', ['amount', 'moved']],
    ['distance', 'Abs', ['moved']],
    ['still', 'Less', ['distance', 'epsilon']],
    ['rescaled', 'SelectV2', ['still', 'gradient', 'quotient']],
  ]),
};
