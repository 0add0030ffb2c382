import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { compare, largest } from '../compare';
import type { TensorData } from './case';
import { disposeModel, loadModel } from './models';
import { readNumbers, readTensor } from './tensors';

const golden = fileURLToPath(new URL('../../golden', import.meta.url));

describe('a loaded model folder', () => {
  beforeAll(() => setBackend('cpu'));

  test.for(readdirSync(join(golden, 'models')))('%s answers as when it was written', async (name) => {
    const folder = join(golden, 'models', name);
    const record: { inputs: TensorData[]; output: TensorData } = JSON.parse(
      await readFile(join(folder, 'forward.json'), 'utf8'),
    );
    const expected = { shape: record.output.shape, values: await readNumbers(record.output, golden) };
    const inputs: Tensor[] = [];
    for (const data of record.inputs) inputs.push(await readTensor(data, golden));
    const model = await loadModel(folder);
    const output = model.predict(inputs);
    // Every golden model has one output.
    const got = { shape: (output as Tensor).shape, values: await (output as Tensor).data() };
    for (const tensor of [output as Tensor, ...inputs]) tensor.dispose();
    disposeModel(model);
    const bound = 1e-5 * largest([expected]);
    expect(compare([got], [expected], ['output'], () => bound).problems).toEqual([]);
  });
});
