import '@tensorflow/tfjs-backend-cpu';
import { tensor2d } from '@tensorflow/tfjs-core';
import { readPage } from '@vitrum/testing/internal';
import * as main from '@vitrum/visualization';
import * as charts from '@vitrum/visualization/charts';
import * as text from '@vitrum/visualization/text';
import { expect, test } from 'vitest';

const page = await readPage(new URL('../../../docs/from-captum.md', import.meta.url));
const [, section = ''] = page.text.split('## Pictures\n');
const rows = Array.from(section.matchAll(/^\| `(visualize_\w+).*?\| `(.*)` *\|$/gm), ([, captum = '', call = '']) => ({
  captum,
  call,
}));

const known = ['visualize_image_attr', 'visualize_image_attr_multiple', 'visualize_text', 'visualize_timeseries_attr'];
test('the page for people who know Captum has a row for each of its pictures', () => {
  expect([...new Set(rows.map(({ captum }) => captum))].sort()).toEqual(known);
});

test.each(rows)('there $captum is $call', async ({ call }) => {
  const attributions = [1, -1, 0.5, 0];
  const seen = tensor2d([1, 2, 4, 3], [4, 1]);
  const scope = {
    ...main,
    ...charts,
    ...text,
    map: { values: Float32Array.from(attributions), width: 2, height: 2 },
    photo: main.createPicture(2, 2, [10, 120, 240]),
    series: await charts.timeSeries(tensor2d(attributions, [4, 1]), seen),
    tokens: ['this', 'is', 'not', 'bad'],
    attributions,
  };
  // The page is ours, and its calls are to be the very ones that run.
  const drawn = new Function(...Object.keys(scope), `return ${call}`)(...Object.values(scope));
  if ('svg' in drawn) {
    // A figure: its parts have colours of their own.
    expect(new Set(drawn.svg().match(/#[0-9a-f]{6}|rgba?\([^)]*\)/gi)).size).toBeGreaterThan(2);
  } else expect(new Set(drawn.picture.data).size).toBeGreaterThan(1);
});
