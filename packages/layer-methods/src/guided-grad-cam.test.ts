import {
  conv1d,
  maxPool,
  mul,
  relu,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor,
} from '@tensorflow/tfjs-core';
import { attribute, layer, tap } from '@vitrum/core';
import { guidedBackprop } from '@vitrum/gradient-methods';
import { closeTo, describeMethod, openBackend, seeded } from '@vitrum/testing';
import { own } from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { gradCam } from './grad-cam';
import { type GuidedGradCamOptions, guidedGradCam } from './guided-grad-cam';
import { interpolate } from './interpolate';

const atHidden = () => guidedGradCam({ layer: 'hidden' });
describeMethod('guidedGradCam', atHidden, { models: ['convolution', 'graph'] });
describeMethod('guidedGradCam of a function', atHidden, {
  models: ['function'],
  except: { 'gives finite numbers, not all of them zero': 'all in the map of this toy speaks against the target' },
});

beforeAll(() => openBackend('cpu'));

const picture = (x: Tensor): Tensor => {
  const features = tap('features', relu(maxPool(x as Tensor4D, 2, 2, 'valid'))); // its inputs have four dims
  return sum(mul(features, seeded(1, [1, 2, 3, 2])), [1, 2, 3]);
};

test.each(['nearest', 'bilinear'] as const)('is guided backpropagation where the map is positive, %s', async (mode) => {
  const x = seeded(2, [2, 4, 6, 2]);
  const why = await attribute(picture, x, { method: guidedGradCam({ layer: layer('features'), mode }) });
  const guided = own((await attribute(picture, x, { method: guidedBackprop() })).values);
  const map = own((await attribute(picture, x, { method: gradCam({ relu: true }), at: layer('features') })).values);
  await closeTo(why.values, own(mul(guided, own(interpolate(map, [4, 6], { mode })))));
  why.dispose();
});

test('brings the map of a series to its length', async () => {
  const model = (x: Tensor) =>
    sum(
      mul(
        tap('steps', relu(conv1d(x as Tensor3D, seeded(3, [2, 2, 3]) as Tensor3D, 2, 'valid'))),
        seeded(4, [1, 3, 3]),
      ),
      [1, 2],
    ); // three dims each
  const x = seeded(5, [1, 6, 2]);
  const why = await attribute(model, x, { method: guidedGradCam({ layer: 'steps' }) });
  const guided = own((await attribute(model, x, { method: guidedBackprop() })).values);
  const map = await own(
    (await attribute(model, x, { method: gradCam({ relu: true }), at: layer('steps') })).values,
  ).data();
  const repeated = [...map].flatMap((value) => [value, value]);
  await closeTo(why.values, own(mul(guided, tensor(repeated, [1, 6, 1]))));
  why.dispose();
});

test('refuses an input that the map does not fit', async () => {
  const model = (x: Tensor, table: Tensor) => mul(picture(x), sum(table, 1));
  const inputs = [seeded(2, [1, 4, 6, 2]), seeded(3, [1, 5])];
  await expect(attribute(model, inputs, { method: guidedGradCam({ layer: 'features' }) })).rejects.toMatchObject({
    code: 'inputs',
    message: expect.stringContaining('[1,5]'),
  });
});

test.each([{}, { layer: 3 }, { layer: 'features', mode: 'cubic' }])('refuses the options %o', (options) => {
  expect(() => guidedGradCam(options as GuidedGradCamOptions)).toThrow(/layer|mode/); // as from a command line
});

test('names the layers that are closest to one that is unknown', async () => {
  await expect(
    attribute(picture, seeded(2, [1, 4, 6, 2]), { method: guidedGradCam({ layer: 'feature' }) }),
  ).rejects.toThrow('features');
});
