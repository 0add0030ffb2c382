import { mul, softmax, square, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { attribute, layer, tap } from '@vitrum/core';
import { inputXGradient } from '@vitrum/gradient-methods';
import { expect, test } from 'vitest';
import { closeTo, describeMethod } from '../../src';
import { own } from '../../src/internal';
import { readPage } from '../../src/page';
import { attentionAsGiven } from './attention-as-given';
import { difference, shares } from './example';
import { midpointGradient } from './midpoint-gradient';

const readme = await readPage(new URL('../../../core/README.md', import.meta.url));

test('the example of the README gives what it says', async () => {
  await closeTo(shares, [2, 6]);
  await closeTo(difference, [-2, 6]);
});

test('the midpoint gradient of the README gives x² − x′² for a sum of squares', async () => {
  const model = (x: Tensor2D) => sum(square(x), 1, true);
  const why = await attribute(model, tensor2d([[1, -2, 3]]), { method: midpointGradient(), baseline: 0.5 });
  await closeTo(own(why.values), tensor2d([[1 - 0.25, 4 - 0.25, 9 - 0.25]]));
});

describeMethod('the midpoint gradient of the README', midpointGradient, { backends: ['cpu'], models: ['dense'] });

test('attention as given, of the README, gives x ⊙ softmax(x) for a sum of x weighted by its softmax', async () => {
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
  expect(readme.blocks('text')).toContain(`${error}\n`);
});
