import { mul } from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import { rule, useBackend } from '@vitrum/core';
import { expect, test } from 'vitest';
import { closeTo } from '../close-to';
import { denseToy } from '../models';
import { ask, describeBackend, questions } from './describe-backend';

describeBackend('cpu', cpu, { tolerance: 0 });
describeBackend('wasm', wasm);

test('a backend with a wrong gradient rule is told by its gradients', async () => {
  const forgetful = { ...cpu(), kernels: { Relu: rule(({ dy }) => ({ x: () => mul(dy, 1) })) } };
  for (const [sentence, question] of Object.entries(questions)) {
    await useBackend(cpu());
    const expected = await ask(question, denseToy);
    await useBackend(forgetful);
    const compared = closeTo(await ask(question, denseToy), expected, { absolute: 0, relative: 1e-3 });
    // The layer there is the ReLU's output: its own rule is not on the way.
    const unharmed = sentence === 'answers as on cpu' || sentence === 'has the gradients of cpu at a layer';
    await (unharmed ? compared : expect(compared).rejects.toThrow());
  }
  await useBackend(cpu());
});
