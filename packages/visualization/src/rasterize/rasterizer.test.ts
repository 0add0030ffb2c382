import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { bars, coloredGraph, overlayCombined, overlayIndividual, waterfall } from '../charts';
import type { Figure } from '../figure';
import { grid } from '../grid/grid';
import { heatMap } from '../heat-map';
import { paintScene } from '../scene/paint-scene';
import type { Scene } from '../scene/scene';
import { sceneSvg } from '../scene/scene-svg';
import { sheet } from '../sheet/sheet';
import { highlightedText } from '../tokens';
import { outlineText } from './outline-text';
import { rasterizer } from './rasterizer';

const file = createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm');
const draw = await rasterizer(readFile(file));

const scene: Scene = {
  width: 120,
  height: 60,
  paper: [255, 255, 255],
  marks: [
    { kind: 'rectangle', x: 10, y: 10, width: 30, height: 20, fill: [200, 0, 0] },
    {
      kind: 'text',
      text: 'Ärger 42',
      style: { size: 16, weight: 'regular', colour: [0, 0, 0] },
      x: 110,
      baseline: 50,
      anchor: 'end',
    },
    {
      kind: 'text',
      text: 'bold',
      style: { size: 14, weight: 'semibold', colour: [0, 0, 90] },
      x: 60,
      baseline: 25,
      anchor: 'middle',
    },
  ],
};

test('draws what the painter of scenes draws, letters included', () => {
  const [painted, drawn] = [paintScene(scene), draw(sceneSvg(scene, 'scene'), 1)];
  expect([drawn.width, drawn.height]).toEqual([painted.width, painted.height]);
  const apart = (shift: number): number[] =>
    Array.from(painted.data, (value, at) => Math.abs(value - (drawn.data[at + 4 * shift] ?? 0)));
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  // Two ways to smooth an edge differ by a few levels; one pixel further they differ by far more.
  expect(Math.max(...apart(0))).toBeLessThan(60);
  for (const shift of [-1, 1, -120, 120]) expect(sum(apart(shift))).toBeGreaterThan(5 * sum(apart(0)));
});

test('takes charts, twice as large unless told', () => {
  const figure = bars([{ name: 'a', attribution: 1 }]);
  const { width, height, data } = draw(figure);
  expect([width, height]).toEqual([2 * figure.width, 2 * figure.height]);
  expect(data.some((value, at) => at % 4 === 0 && value < 100)).toBe(true);
});

const evil = 'a & b < c > "d" \'e\' \u0000';

// resvg refuses what is not well-formed XML.
test('takes every figure, whatever its words are', () => {
  const options = { title: evil, subtitle: evil, footer: evil };
  const channels = [{ label: evil, values: [1, 2], attributions: [1, -1] }];
  const map = { width: 1, height: 1, values: Float32Array.of(1) };
  const figures: Figure[] = [
    bars([{ name: evil, value: evil, attribution: 1 }], options),
    waterfall([{ name: evil, attribution: 1 }], { ...options, baselineScore: 0, score: 2 }),
    overlayIndividual({ channels }, { ...options, xLabel: evil }),
    overlayCombined({ channels }, { ...options, xLabel: evil }),
    coloredGraph({ channels }, { ...options, xLabel: evil }),
    highlightedText([{ tokens: [evil], attributions: [1], trueLabel: evil }], options),
    sheet([{ ...heatMap(map), title: evil, caption: evil, notes: [evil] }], options),
    grid([[map]], { ...options, rows: [evil], columns: [{ heading: evil, parts: [evil] }] }),
  ];
  for (const figure of figures) expect(draw(figure, 1).width).toBe(figure.width);
});

test('leaves no text for fonts to draw', () => {
  const outlined = outlineText(bars([{ name: 'a & b', attribution: -1 }]).svg());
  expect(outlined).not.toContain('<text');
  expect(outlined).toContain('<path');
});
