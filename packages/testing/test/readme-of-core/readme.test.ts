import {
  mul,
  round,
  softmax,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tensor4d,
} from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { attribute, layer, tap, useBackend } from '@vitrum/core';
import { gradient, inputXGradient, integratedGradients } from '@vitrum/gradient-methods';
import { expect, test } from 'vitest';
import { closeTo, describeBackend, describeMethod } from '../../src';
import { own } from '../../src/internal';
import { readPage } from '../../src/page';
import { attentionAsGiven } from './attention-as-given';
import { difference, shares } from './example';
import { meanColour } from './mean-colour';
import { midpointGradient } from './midpoint-gradient';
import { straightThrough } from './straight-through';

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

test('against its mean colour, of the README, a picture gets x² − mean(x)² for a sum of squares', async () => {
  const pixels = [1, 2, 3, 6];
  const model = (x: Tensor) => sum(square(x), [1, 2, 3]);
  const asked = { method: integratedGradients({ steps: 4 }), baseline: meanColour };
  const why = await attribute(model, tensor4d(pixels, [1, 2, 2, 1]), asked);
  await closeTo(
    own(why.values),
    tensor4d(
      pixels.map((x) => x ** 2 - 3 ** 2),
      [1, 2, 2, 1],
    ),
  );
});

describeBackend('straight-through of the README', straightThrough, { tolerance: 0 });

test('gradients pass straight through rounding on the backend of the README, and not on cpu', async () => {
  const model = (x: Tensor2D) => sum(mul(round(x), tensor2d([[2, -3]])), 1, true);
  const slopes = async () => own((await attribute(model, tensor2d([[0.4, 0.6]]), { method: gradient() })).values);
  await useBackend(straightThrough());
  await closeTo(await slopes(), tensor2d([[2, -3]]));
  await useBackend(cpu());
  await closeTo(await slopes(), tensor2d([[0, 0]]));
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
