import { readFile } from 'node:fs/promises';
import { mul, softmax, square, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { attribute, layer, tap } from '@vitrum/core';
import { inputXGradient } from '@vitrum/gradient-methods';
import { expect, test } from 'vitest';
import { closeTo, describeMethod } from '../../src';
import { own } from '../../src/internal';
import { attentionAsGiven } from './attention-as-given';
import { difference, shares } from './example';
import { midpointGradient } from './midpoint-gradient';

const text = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8');
const block = (code: string, language = 'ts') => `\`\`\`${language}\n${code}\`\`\``;

test('the README shows the example, which gives what it says', async () => {
  const example = (await text('./example.ts')).replace(/^export const (\w+): .*? = /gm, 'const $1 = ');
  expect(await text('../../../core/README.md')).toContain(block(example));
  await closeTo(shares, [2, 6]);
  await closeTo(difference, [-2, 6]);
});

test('the README shows the midpoint gradient, which gives x² − x′² for a sum of squares', async () => {
  expect(await text('../../../core/README.md')).toContain(block(await text('./midpoint-gradient.ts')));
  const model = (x: Tensor2D) => sum(square(x), 1, true);
  const why = await attribute(model, tensor2d([[1, -2, 3]]), { method: midpointGradient(), baseline: 0.5 });
  await closeTo(own(why.values), tensor2d([[1 - 0.25, 4 - 0.25, 9 - 0.25]]));
});

describeMethod('the midpoint gradient of the README', midpointGradient, { backends: ['cpu'], models: ['dense'] });

test('the README shows attention as given, which gives x ⊙ softmax(x) for a sum of x weighted by its softmax', async () => {
  expect(await text('../../../core/README.md')).toContain(block(await text('./attention-as-given.ts')));
  const row = [1, -0.5, 2];
  const model = (x: Tensor2D) => sum(mul(softmax(x), x), 1, true);
  const why = await attribute(model, tensor2d([row]), { method: attentionAsGiven() });
  const total = row.reduce((all, x) => all + Math.exp(x), 0);
  await closeTo(own(why.values), tensor2d([row.map((x) => (x * Math.exp(x)) / total)]));
  // The gradient through the softmax is another one.
  const plain = await attribute(model, tensor2d([row]), { method: inputXGradient() });
  await expect(closeTo(own(plain.values), why.values)).rejects.toThrow();
});

test('the README shows the error of a name that the model does not have', async () => {
  const model = (x: Tensor2D) => tap('logits', square(tap('hidden', x)));
  const call = attribute(model, tensor2d([[1, 2]]), { method: midpointGradient(), at: layer('hiden') });
  const error: Error = await call.then(
    () => expect.unreachable('it must reject'),
    (error) => error,
  );
  expect(await text('../../../core/README.md')).toContain(block(`${error}\n`, 'text'));
});
