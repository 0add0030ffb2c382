import { AttributionError } from '@vitrum/core';
import { interpolateViridis } from 'd3-scale-chromatic';
import { describe, expect, test } from 'vitest';
import { blendedHeatMap } from './blended-heat-map';
import { bars, overlayIndividual, waterfall } from './charts';
import { grid } from './grid/grid';
import { heatMap } from './heat-map';
import { massLimit, percentileLimit } from './limits';
import { normalize, sharedLimit } from './normalize';
import { createPicture, pictureFromTensor } from './picture';
import { sheet } from './sheet/sheet';
import { highlightedText } from './tokens';

const map = { width: 2, height: 1, values: Float32Array.of(1, -2) };
const zero = { ...map, values: new Float32Array(2) };
const photograph = createPicture(2, 1, [9, 9, 9]);
const table = [{ name: 'age', attribution: 1 }];
const series = { channels: [{ label: 'rain', values: [1, 2], attributions: [1, -1] }] };
const text = [{ tokens: ['a'], attributions: [1] }];
const ends = { baselineScore: 0, score: 1 };
const named = { title: '', rows: ['a'], columns: ['b'] };
const tensor = (...values: number[]) => ({ shape: [1, 1, values.length], data: async () => values });

/** What takes an option; `never` is what every option can be, so that any value can be passed as JavaScript would. */
const takers: Record<string, readonly ((value: never) => unknown)[]> = {
  opacity: [
    (opacity) => blendedHeatMap(map, photograph, { opacity }),
    (cover) => blendedHeatMap(map, photograph, { opacity: () => cover }),
  ],
  theme: [
    (theme) => heatMap(map, { theme }),
    (theme) => blendedHeatMap(map, photograph, { theme }),
    (theme) => sheet([heatMap(map)], { title: '', theme }),
    (theme) => grid([[map]], { ...named, theme }),
    (theme) => bars(table, { theme }),
    (theme) => waterfall(table, { ...ends, theme }),
    (theme) => overlayIndividual(series, { theme }),
    (theme) => highlightedText(text, { theme }),
  ],
  share: [(share) => grid([[map]], { ...named, share })],
  sign: [(sign) => heatMap(map, { sign }), (sign) => grid([[map]], { ...named, sign })],
  colours: [(colours) => heatMap(map, { colours }), (colours) => blendedHeatMap(map, photograph, { colours })],
  outliers: [(outliers) => massLimit(outliers)],
  percentile: [(percentile) => percentileLimit(percentile)],
  limit: [
    (limit) => normalize(map, { limit }),
    (limit) => normalize(zero, { limit }),
    (limit) => sharedLimit([map], { limit }),
    (limit) => highlightedText(text, { limit }),
    (limit) => overlayIndividual(series, { limit }),
  ],
  top: [(top) => bars(table, { top }), (top) => waterfall(table, { ...ends, top })],
  width: [
    (width) => bars(table, { width }),
    (width) => waterfall(table, { ...ends, width }),
    (width) => overlayIndividual(series, { width }),
    (width) => highlightedText(text, { width }),
  ],
  columns: [(columns) => sheet([heatMap(map)], { title: '', columns })],
  panels: [(panelWidth) => sheet([heatMap(map)], { title: '', panelWidth })],
  mean: [(mean) => pictureFromTensor(tensor(1, 2, 3), { mean })],
  std: [(std) => pictureFromTensor(tensor(1, 2, 3), { std })],
};

const wrong: Record<keyof typeof takers, readonly unknown[]> = {
  opacity: [Number.NaN, -0.1, 1.1, '0.5', null],
  theme: ['drak', '', 'toString', 1, null],
  share: ['rows', 'constructor', null],
  sign: ['absolute_value', 'both', null],
  colours: ['viridis', null, () => 'transparent', () => 'no colour', () => undefined],
  outliers: [Number.NaN, -1, 101, '2', null],
  percentile: [Number.NaN, -1, 100.5, '99', null],
  limit: [Number.NaN, -1, Infinity, 'max', 'valueOf', '1'],
  top: [0, -1, 1.5, Number.NaN, '3', null],
  width: [0, -760, Number.NaN, Infinity, '760', null],
  columns: [0, -1, 1.5, Number.NaN, '2', null],
  panels: [0, 1, -400, 400.5, Number.NaN, '400', null],
  mean: [Number.NaN, Infinity],
  std: [Number.NaN, Infinity, 0, -1],
};

describe.each(Object.keys(takers))('%s', (name) => {
  test.each(wrong[name] ?? [])('is refused by name if it is %o', async (value) => {
    for (const take of takers[name] ?? []) {
      const thrown = await Promise.resolve()
        .then(() => take(value as never)) // as JavaScript would
        .catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(AttributionError);
      expect(thrown).toMatchObject({ code: 'option', message: expect.stringContaining(name) });
    }
  });
});

test('the ends of what an option can be are taken', () => {
  for (const opacity of [0, 1]) blendedHeatMap(map, photograph, { opacity });
  for (const percent of [0, 100]) normalize(map, { limit: massLimit(percent) });
  for (const percent of [0, 100]) normalize(map, { limit: percentileLimit(percent) });
  for (const top of [1, Infinity]) bars(table, { top });
  for (const width of [160, 760.5]) bars(table, { width });
  // A limit that several maps of zeros share.
  expect(normalize(zero, { limit: sharedLimit([zero, zero]) }).limit).toBe(0);
});

test('colours may have fractions, as CSS has them', () => {
  const { picture } = heatMap(map, { colours: (position) => `rgb(${99.6 + position / 512}, 0.4, ${10.5})` });
  expect(Array.from(picture.data)).toEqual([100, 0, 11, 255, 100, 0, 11, 255]);
  heatMap(map, { colours: interpolateViridis });
});
