import '@tensorflow/tfjs-backend-cpu';
import { readPage } from '@vitrum/testing/internal';
import * as visualization from '@vitrum/visualization';
import { expect, test } from 'vitest';

const page = await readPage(new URL('../../../docs/from-captum.md', import.meta.url));
const [, section = ''] = page.text.split('## Pictures\n');
const calls = Array.from(section.matchAll(/^\| `visualize.*?\| `(.*?)` *\|$/gm), ([, call = '']) => call);

// As much of everything as of everything else, so that each picture shows some.
const map = { values: Float32Array.of(1, -1, 0.5, 0), width: 2, height: 2 };
const photo = visualization.createPicture(2, 2, [10, 120, 240]);

test.each(calls)('the page for people who know Captum draws %s', (call) => {
  const scope = { ...visualization, map, photo };
  // The page is ours, and its calls are to be the very ones that run.
  const drawn = new Function(...Object.keys(scope), `return ${call}`)(...Object.values(scope));
  const { width, data } = drawn.picture ?? drawn;
  expect(width).toBeGreaterThanOrEqual(2);
  expect(new Set(data).size).toBeGreaterThan(1);
});
