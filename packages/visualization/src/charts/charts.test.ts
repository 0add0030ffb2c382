import '@tensorflow/tfjs-backend-cpu';
import { tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { parseHTML } from 'linkedom/worker';
import { describe, expect, test } from 'vitest';
import { bars, features, timeSeries, waterfall } from './index';

const elements = (svg: string, selector: string): Element[] =>
  Array.from(parseHTML(`<html><body>${svg}</body></html>`).document.querySelectorAll(selector));
const words = (svg: string) => elements(svg, 'text').map(({ textContent }) => textContent);
const numbers = (element: Element, ...names: string[]) => names.map((name) => Number(element.getAttribute(name)));

describe('timeSeries and features', () => {
  test('refuse half an example, and labels and data that are not as many', async () => {
    const values = tensor([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
    const table = tensor([1, 2, 3, 4], [2, 2]);
    const wide = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    await expect(timeSeries(values, values, { example: 0.5 })).rejects.toThrow(/example 0.5; .*from 0 to 1/);
    await expect(timeSeries(values, values, { labels: ['a', 'b', 'c'] })).rejects.toThrow(/3 labels/);
    await expect(features(table, ['a', 'b'], { example: 0.5 })).rejects.toThrow(/example 0.5; .*from 0 to 1/);
    await expect(features(table, ['a', 'b'], { data: wide })).rejects.toThrow(/shape \[2,3\]/);
    await expect(features(table, ['a', 'b'], { data: ['red'] })).rejects.toThrow(/shape \[1\]/);
    for (const each of [values, table, wide]) each.dispose();
  });

  test('read one example of a batch, channels last or first', async () => {
    const values = tensor([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 3, 2]);
    const last = await timeSeries({ values }, values, { example: 1, labels: ['a', 'b'] });
    expect(last.channels[1]).toEqual({ label: 'b', values: [20, 40, 60], attributions: [20, 40, 60] });
    const first = await timeSeries(values, values, { channelsLast: false });
    expect(first.channels.map(({ values: own }) => own)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    await expect(timeSeries(values, values, { example: 2 })).rejects.toThrow(/example 2/);
    values.dispose();
  });

  test('read the columns of one row', async () => {
    const attribution = tensor([1, 2, 3, 4], [2, 2]);
    const data = tensor([5, 6, 7, 8], [2, 2]);
    expect(await features(attribution, ['a', 'b'], { example: 1, data })).toEqual([
      { name: 'a', attribution: 3, value: 7 },
      { name: 'b', attribution: 4, value: 8 },
    ]);
    expect(await features(attribution, ['a', 'b'], { example: 1, data: ['red', 3] })).toMatchObject([
      { value: 'red' },
      { value: 3 },
    ]);
    await expect(features(attribution, ['a'])).rejects.toThrow(/1 names/);
    await expect(timeSeries(attribution, tensor([1], [1, 1]))).rejects.toThrow(
      /shape \[2,2\] for data of shape \[1,1\]/,
    );
    attribution.dispose();
    data.dispose();
  });
});

const table = [
  { name: 'small', attribution: 0.1 },
  { name: 'lowers', value: 17.99, attribution: -3 },
  { name: 'raises', value: 'red', attribution: 2 },
  { name: 'tiny', attribution: 0.05 },
];

describe('bars', () => {
  test('keep their room where a name or a value is long', () => {
    for (const feature of [
      { name: 'a', value: 'x'.repeat(300), attribution: 1 },
      { name: 'x'.repeat(300), value: 'y'.repeat(300), attribution: -1 },
    ]) {
      const svg = bars([feature, { name: 'b', attribution: 0.5 }]).svg();
      const [, first] = elements(svg, 'rect');
      expect(Number(first?.getAttribute('width'))).toBeGreaterThan(100);
      expect(words(svg).some((word) => /^.+… = .+…$|^a = x+…$/.test(word ?? ''))).toBe(true);
    }
  });

  test('are in order of size, the others in one', () => {
    const figure = bars(table, { top: 2 });
    const shown = words(figure.svg());
    const order = ['lowers = 17.99', 'raises = red', '2 others'].map((word) => shown.indexOf(word));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(shown).toEqual(expect.arrayContaining(['−3.00', '+2.00', '+0.15']));
    expect(figure.alt).toContain('They hold 97 % of the absolute sum.');
  });

  test('are as long as their attributions, from one zero', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 6 }), (attributions) => {
        fc.pre(attributions.some((attribution) => attribution !== 0));
        const figure = bars(attributions.map((attribution, at) => ({ name: `f${at}`, attribution })));
        const drawn = elements(figure.svg(), '[aria-label=rect] path, [aria-label=rect] rect');
        const widths = drawn.map((bar) => numbers(bar, 'width')[0] ?? 0);
        const sorted = attributions
          .map(Math.abs)
          .filter((size) => size > 0)
          .sort((a, b) => b - a);
        const scale = (widths[0] ?? 0) / (sorted[0] ?? 1);
        sorted.forEach((size, at) => {
          expect(Math.abs((widths[at] ?? 0) - size * scale)).toBeLessThan(0.03);
        });
      }),
      { numRuns: 20 },
    );
  });

  test('shorten names that are too long, never their values', () => {
    const figure = bars([{ name: 'a name that goes on and on '.repeat(5), value: 12, attribution: 1 }]);
    const [label] = words(figure.svg()).filter((text) => text.endsWith('… = 12'));
    expect(label?.length).toBeLessThan(60);
  });

  test('say that all is zero, and refuse what is not finite', () => {
    expect(bars([{ name: 'a', attribution: 0 }]).notes).toEqual(['The attribution is zero everywhere.']);
    expect(() => bars([{ name: 'a', attribution: Number.NaN }])).toThrow(/NaN for a/);
    expect(() => bars([])).toThrow(/no feature/);
    expect(() => bars(table, { top: 0 })).toThrow(/top 0; expected a whole number/);
  });
});

describe('waterfall', () => {
  test('speaks of no share of the way where there is none', () => {
    const { alt } = waterfall([{ name: 'a', attribution: 0.3 }], { baselineScore: 1, score: 1 });
    expect(alt).toContain('sum to 0.300 of 0; −0.300 is not attributed.');
  });

  test('begins each bar where the one above ends, and ends at the score', () => {
    const figure = waterfall(table, { baselineScore: 1, score: 0.15 });
    const drawn = elements(figure.svg(), '[aria-label=rect] rect').map(
      (bar) => numbers(bar, 'x', 'width') as [number, number],
    ); // two names
    const ends = drawn.map(([x, width], at) => {
      const rises = [-3, 2, 0.1, 0.05][at] ?? 0;
      return rises > 0 ? { from: x, to: x + width } : { from: x + width, to: x };
    });
    expect(ends).toHaveLength(4);
    ends.slice(1).forEach(({ from }, at) => {
      expect(from).toBeCloseTo(ends[at]?.to ?? Number.NaN, 1);
    });
    const rules = elements(figure.svg(), '[aria-label=rule] line').map((line) => numbers(line, 'x1')[0] ?? 0);
    expect(rules.at(-1)).toBeCloseTo(ends.at(-1)?.to ?? Number.NaN, 1);
    expect(rules[0]).toBeCloseTo(ends[0]?.from ?? Number.NaN, 1);
    expect(words(figure.svg())).not.toContain('not attributed');
  });

  test('shows what the attributions miss', () => {
    const figure = waterfall(table, { baselineScore: 1, score: 2 });
    expect(words(figure.svg())).toEqual(expect.arrayContaining(['not attributed', '+1.85']));
    expect(figure.data).toMatchObject({ notAttributed: expect.closeTo(1.85, 9) });
  });

  test('refuses scores that are not finite', () => {
    expect(() => waterfall(table, { baselineScore: Number.NaN, score: 1 })).toThrow(/baselineScore NaN/);
  });
});
