import { rgb } from 'd3-color';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, test } from 'vitest';
import { coloredGraph, overlayCombined, overlayIndividual } from './index';
import type { Series } from './types';

const series: Series = {
  x: [0, 1, 3, 7],
  channels: [
    { label: 'first', values: [1, 2, 3, 4], attributions: [0, 4, -2, 0] },
    { label: 'second', values: [10, 30, 20, 10], attributions: [1, 0, 0, -4] },
  ],
};
const elements = (svg: string, selector: string): Element[] =>
  Array.from(parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll(selector));

/** The bands of all panels: where they lie and whether they are rather red or blue. */
const bandsOf = (svg: string) =>
  elements(svg, '[aria-label=rect] rect').map((band) => {
    const { r, b } = rgb(band.getAttribute('fill') ?? '');
    const [x = 0, width = 0] = ['x', 'width'].map((name) => Number(band.getAttribute(name)));
    return { x, width, pull: Math.sign(Math.round((r - b) / 10)) };
  });

describe('overlayIndividual', () => {
  test('has a band for each step of each channel, red where the score is raised and blue where it is lowered', () => {
    const bands = bandsOf(overlayIndividual(series, { limit: 'maximum' }).svg());
    expect(bands.map(({ pull }) => pull)).toEqual([0, 1, -1, 0, 1, 0, 0, -1]);
  });

  test('draws each step from half-way to the one before until half-way to the next, however long they are', () => {
    const bands = bandsOf(overlayIndividual(series).svg()).slice(0, 4);
    const [unit = 0] = bands.map(({ width }) => width); // from −0.5 to 0.5
    [1, 1.5, 3, 4].forEach((steps, at) => {
      expect(bands[at]?.width).toBeCloseTo(steps * unit, 0);
    });
    bands.slice(1).forEach(({ x }, at) => {
      expect(x).toBeCloseTo((bands[at]?.x ?? 0) + (bands[at]?.width ?? 0), 1);
    });
  });

  test('names its channels, and says the extremes of each', () => {
    const figure = overlayIndividual(series, { xLabel: 'second', limit: 'maximum' });
    const words = elements(figure.svg(), 'text').map(({ textContent }) => textContent);
    expect(words).toEqual(expect.arrayContaining(['first', 'second', '−4.0', '4.0']));
    expect(figure.alt).toContain('2 channels of 4 steps. Full strength is 4.0.');
    expect(figure.alt).toContain('first: Largest 4.0 at second 1.0; least −2.0 at second 3.0.');
  });
});

test('overlayCombined takes the sum of the channels for its bands', () => {
  const bands = bandsOf(overlayCombined(series, { limit: 'maximum' }).svg());
  expect(bands.map(({ pull }) => pull)).toEqual([1, 1, -1, -1]);
});

test('coloredGraph draws a piece of line in the colour of each step', () => {
  const strokes = elements(coloredGraph(series, { limit: 'maximum' }).svg(), '[aria-label=line] path').map((path) => {
    const { r, b } = rgb(path.getAttribute('stroke') ?? '');
    return Math.sign(Math.round((r - b) / 10));
  });
  const pieces = strokes.filter((_, at) => at !== 0 && at !== 5); // the grey line below, in each panel
  expect(pieces).toEqual([0, 1, -1, 0, 1, 0, 0, -1]);
});

test('every figure of a series draws zeros as zero and says so', () => {
  const silent = { channels: series.channels.map((channel) => ({ ...channel, attributions: [0, 0, 0, 0] })) };
  for (const draw of [overlayIndividual, overlayCombined, coloredGraph])
    expect(draw(silent).notes).toEqual(['The attribution is zero everywhere.']);
});

test.each([
  ['values that are missing', { values: [1, Number.NaN, 3, 4] }, /value NaN/],
  ['lengths that differ', { attributions: [1] }, /4 values, 1 attributions/],
])('refuses %s', (_, change, message) => {
  const broken = { ...series, channels: [{ label: 'a', values: [1, 2, 3, 4], attributions: [1, 2, 3, 4], ...change }] };
  expect(() => overlayIndividual(broken)).toThrow(message);
});

test('refuses times that do not grow, and no channels', () => {
  expect(() => overlayIndividual({ ...series, x: [0, 2, 1, 3] })).toThrow(/times that grow/);
  expect(() => overlayCombined({ channels: [] })).toThrow(/no channel/);
});
