import { expect, test } from 'vitest';
import { checkLayer, layer, siteKey } from './site';

const named = (...names: string[]) => names.map((name) => ({ name, kind: 'Conv2D' }));

test('a site is the output of the last call unless it says otherwise', () => {
  expect(layer('conv')).toEqual({ layer: 'conv', side: 'output' });
  expect(layer('conv', { side: 'input', call: 0 })).toEqual({ layer: 'conv', side: 'input', call: 0 });
});

test('different places have different keys', () => {
  const places = ['a', 'b'].flatMap((name) =>
    (['input', 'output'] as const).flatMap((side) => [0, 1].map((call) => siteKey({ layer: name, side, call }))),
  );
  expect(new Set(places).size).toBe(8);
});

test('a layer that the model has is accepted', () => {
  expect(() => checkLayer(layer('conv2'), named('conv1', 'conv2'))).not.toThrow();
});

test('an unknown layer is an error that suggests the three closest names, the closest first', () => {
  const layers = named('dense_1', 'block_12_project', 'block_1_project', 'block_2_expand', 'conv');
  expect(() => checkLayer(layer('block_12_projct'), layers)).toThrow(
    expect.objectContaining({
      code: 'site',
      message: expect.stringMatching(
        /one of the model's 5 layers.*"block_12_project", "block_1_project", "block_2_expand"\?/,
      ),
    }),
  );
});

test('a layer of a model without names is an error that says how to name one', () => {
  expect(() => checkLayer(layer('conv'), [])).toThrow(
    expect.objectContaining({ code: 'site', message: expect.stringContaining('tap(name, tensor)') }),
  );
});
