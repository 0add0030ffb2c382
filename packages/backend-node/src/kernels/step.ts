import type { StepAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import type { GraphNode } from '../graph/saved-model';
import { openSession, type Session } from '../graph/session';
import { replaceKernel } from './replace';

/** Has TF.js run its Step as one run of TensorFlow: tfjs-node runs six operations, some over numbers that JavaScript writes. */
export function replaceStep(): void {
  replaceKernel('Step', (before) => (call) => {
    // The kernel's name vouches for its inputs and attributes.
    const { x } = call.inputs as { x: TensorInfo };
    const { alpha } = call.attrs as unknown as StepAttrs;
    return x.dtype === 'float32' ? sessionFor(alpha).run([x]) : before(call);
  });
}

const sessions = new Map<number, Session>();

function sessionFor(alpha: number): Session {
  const session = sessions.get(alpha) ?? openSession(['x'], graph(alpha));
  sessions.set(alpha, session);
  return session;
}

/** s = relu(sign(x)), which keeps what is no number, and s + α (1 − s): exactly 1 where x is positive, and α elsewhere. */
const graph = (alpha: number): GraphNode[] => [
  { name: 'sign', operation: 'Sign', inputs: ['x'] },
  { name: 'positive', operation: 'Relu', inputs: ['sign'] },
  ...(alpha === 0 ? [] : beyond(alpha)),
];

const beyond = (alpha: number): GraphNode[] => [
  { name: 'ones', operation: 'OnesLike', inputs: ['x'] },
  { name: 'others', operation: 'Sub', inputs: ['positive', 'ones'] },
  { name: 'sloped', operation: 'LeakyRelu', inputs: ['others'], attributes: { alpha } },
  { name: 'step', operation: 'Sub', inputs: ['positive', 'sloped'] },
];
