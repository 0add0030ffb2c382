import { afterEach, beforeEach } from 'vitest';
import { muteGreeting, watchConsole } from './hostile/console';
import { watchNetwork } from './hostile/network';
import { watchTensors } from './hostile/tensors';

// Far enough to see which line of the library stands behind TensorFlow.js's own frames.
Error.stackTraceLimit = 100;

muteGreeting();

let guards: (() => string[])[] = [];

beforeEach(() => {
  guards = [watchConsole(), watchNetwork(), watchTensors()];
});

afterEach(({ task }) => {
  const problems = guards.reverse().flatMap((finish) => finish());
  guards = [];
  // A test that failed half-way has good reason to leave things behind.
  if (problems.length > 0 && task.result?.state !== 'fail') throw new Error(problems.join('\n'));
});
