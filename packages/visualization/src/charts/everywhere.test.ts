import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = `
import { bars, coloredGraph, overlayCombined, overlayIndividual, waterfall } from './index.ts';
const table = [3, -2, 0.5, 1e-3].map((attribution, at) => ({ name: 'column ' + at, value: at, attribution }));
const channels = ['rain', 'wind'].map((label, at) => ({
  label,
  values: [1, 4 - at, 2, 8, 5],
  attributions: [0.1, -0.4, at, 0.3, -0.2],
}));
const figures = [
  bars(table),
  waterfall(table, { baselineScore: -1, score: 0.7 }),
  ...[overlayIndividual, overlayCombined, coloredGraph].map((draw) => draw({ channels })),
];
console.log(JSON.stringify(figures.map((figure) => figure.svg())));
`;

/** The SVG of all charts, drawn where `window` is what is given. A process of its own each, as Plot looks at it only once. */
function drawn(window: string): readonly string[] {
  const start = `data:text/javascript,globalThis.window=${window}`;
  const args = ['--import', start, '--import', 'tsx', '--conditions=source', '--input-type=module', '--eval', program];
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }));
}

test('charts are the same in Node and in browsers, whatever their screens', { timeout: 60_000 }, () => {
  const inNode = drawn('undefined');
  expect(inNode).toHaveLength(5);
  expect(drawn('{devicePixelRatio:1}')).toEqual(inNode);
  expect(drawn('{devicePixelRatio:2}')).toEqual(inNode);
});
