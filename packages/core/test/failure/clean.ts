import { engine, memory, square, sum, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { attribute } from '../../src/index';
import { gradient } from '../methods';
import { shadows, values } from '../tensors';

/** What a call must leave as it was. */
export function engineState(): object {
  const { state } = engine() as unknown as { state: { [name: string]: unknown; scopeStack: readonly object[] } }; // private in its types
  const { gradientDepth, kernelDepth, activeScope, scopeStack, activeTape } = state;
  const { numTensors, numDataBuffers, numBytes } = memory();
  return {
    gradientDepth,
    kernelDepth,
    activeScope,
    scopes: scopeStack.length,
    activeTape,
    numTensors,
    numDataBuffers,
    numBytes,
    shadows: shadows(),
  };
}

/** Holds a call to leaving the engine as it was. What it gives must hold no tensors. */
async function keepsState<T>(call: () => Promise<T>): Promise<T> {
  const before = engineState();
  const result = await call();
  expect(engineState()).toEqual(before);
  expect(shadows()).toEqual([]);
  return result;
}

/** Holds a call to leaving the engine as it was, and the next call to working. What it gives must hold no tensors. */
export async function leavesNothing<T>(call: () => Promise<T>): Promise<T> {
  const result = await keepsState(call);
  await keepsState(expectWorks);
  return result;
}

/** The error of a call that must fail. */
async function errorOf(call: () => Promise<unknown>): Promise<unknown> {
  let error: unknown;
  const done = await call().then(
    () => true,
    (reason: unknown) => {
      error = reason;
      return false;
    },
  );
  expect(done, 'the call must fail').toBe(false);
  return error;
}

/** The error of a call that must fail and leave nothing behind. */
export const failure = (call: () => Promise<unknown>): Promise<unknown> => leavesNothing(() => errorOf(call));

/** The same for one of many calls, of which the last shows that the next works. */
export const oneFailure = (call: () => Promise<unknown>): Promise<unknown> => keepsState(() => errorOf(call));

/** A call that must fail with this code and these parts of its message, and leave nothing behind. */
export async function expectFailure(call: () => Promise<unknown>, code: string, ...parts: RegExp[]): Promise<void> {
  const error = await failure(call);
  expect(error).toMatchObject({ name: 'AttributionError', code });
  const { message } = error as Error; // it has a name and a code
  expect(message).toMatch(/^Got .+; expected .+\. .+/s);
  for (const part of parts) expect(message).toMatch(part);
}

async function expectWorks(): Promise<void> {
  const x = tensor2d([[1, 2]]);
  const why = await attribute((x: Tensor) => sum(square(x), 1, true), x, { method: gradient() });
  expect(await values(why.values)).toEqual([2, 4]);
  why.dispose();
  x.dispose();
}
