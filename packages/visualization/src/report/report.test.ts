import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { createPicture } from '../picture';
import { escapeMarkup } from '../scene/svg';
import { html } from './html';
import { htmlReport } from './report';
import type { ReportData, ReportedExplanation } from './types';
import { alternative, completeness, factsOf, inWords, percent, uncertainty } from './words';

const map = { width: 3, height: 2, values: Float32Array.of(0, 0.5, -2, 0, 0, 1.5) };
const explanation: ReportedExplanation = {
  title: 'Integrated Gradients',
  summary: 'shares of the score',
  paper: 'Sundararajan et al. 2017',
  target: 'tiger cat',
  index: 282,
  map,
  score: 9.25,
  completeness: { delta: -0.25, baselineScore: 0.25 },
  parameters: { steps: '200' },
  seconds: 12.34,
  rows: 203,
  notes: ['a note & more'],
};
const data: ReportData = {
  photograph: createPicture(3, 2, [10, 200, 30]),
  name: 'a <photo>',
  model: 'A Network',
  predictions: [
    { label: 'tiger cat', index: 282, probability: 0.41, score: 9.25 },
    { label: 'lynx', index: 287, probability: 0.0004, score: 2 },
  ],
  explanations: [explanation],
  versions: { vitrum: '1.2.3' },
};

const imagesIn = (page: string) =>
  [...page.matchAll(/<img class="(\w+)" src="data:image\/png;base64,([^"]+)"/g)].map(([, name, bytes = '']) => ({
    name,
    ...PNG.sync.read(Buffer.from(bytes, 'base64')),
  }));

test('a report needs no other file, no network, and says so to the browser', () => {
  const page = htmlReport(data);
  expect(page).not.toMatch(/https?:|url\(|<link|@import|src="(?!data:)/);
  expect(page).toContain("default-src 'none'; img-src data:");
});

test('a report lays what raises and what lowers over the photograph, each where it is', () => {
  const images = imagesIn(htmlReport(data));
  expect(images.map(({ name }) => name)).toEqual(['photo', 'positive', 'negative']);
  const [photo, positive, negative] = images;
  expect(Array.from(photo?.data.subarray(0, 4) ?? [])).toEqual([10, 200, 30, 255]);
  const cover = (data: Buffer = Buffer.alloc(0)) => Array.from(data.filter((_, i) => i % 4 === 3));
  expect(cover(positive?.data)).toEqual([0, expect.any(Number), 0, 0, 0, expect.any(Number)]);
  expect(cover(negative?.data)).toEqual([0, 0, 255, 0, 0, 0]);
  // More attribution covers more: 0.5 and 1.5 of 2, to the power of 0.7.
  const [, some = 0, , , , more = 0] = cover(positive?.data);
  expect([some, more]).toEqual([Math.round(255 * 0.25 ** 0.7), Math.round(255 * 0.75 ** 0.7)]);
  const [red = 0, , blue = 0] = positive?.data.subarray(20) ?? [];
  expect(red).toBeGreaterThan(blue);
});

test('a report shows markup in what it is given as text', () => {
  const page = htmlReport({ ...data, explanations: [{ ...explanation, target: '<script>alert(1)</script>' }] });
  expect(page).toContain('a &lt;photo&gt;');
  expect(page).not.toContain('<script>alert');
  expect(page).toContain('a note &amp; more');
  expect(html`<p title="${'"x"'}">${[html`<b>${1}</b>`, undefined, false, 'a<b']}</p>`.markup).toBe(
    '<p title="&quot;x&quot;"><b>1</b>a&lt;b</p>',
  );
  expect(escapeMarkup(`<&>"'`)).toBe('&lt;&amp;&gt;&quot;&#39;');
});

test('a report without explanations has no controls', () => {
  const page = htmlReport({ ...data, explanations: [] });
  expect(page).not.toContain('<form');
  expect(page).not.toContain('<script');
});

test('a report marks the class that was explained, and not another of the same label', () => {
  const marked = (explanations: readonly ReportedExplanation[]) => {
    const predictions = [134, 517, 7].map((index) => ({ label: index === 7 ? 'cock' : 'crane', index, score: 1 }));
    const page = htmlReport({ ...data, predictions, explanations });
    return [...page.matchAll(/<li class="explained">.*?<span class="soft">(\d+)</g)].map(([, index]) => Number(index));
  };
  const crane = { ...explanation, target: 'crane' };
  expect(marked([{ ...crane, index: 517 }])).toEqual([517]);
  expect(marked([{ ...crane, index: 134 }, explanation, { ...crane, index: 7 }])).toEqual([134, 7]);
  const { index: _, ...neuron } = crane; // of no class
  expect(marked([neuron])).toEqual([]);
});

test('a report refuses a map of another size than the photograph, and probabilities that are none', () => {
  const small = { width: 2, height: 2, values: new Float32Array(4) };
  const other = { ...explanation, title: 'Grad-CAM', map: small };
  expect(() => htmlReport({ ...data, explanations: [explanation, other] })).toThrow(
    /map of 2 × 2 by Grad-CAM for tiger cat, and a photograph of 3 × 2; expected one size.*`interpolate\(/,
  );
  for (const probability of [41, -0.1, Number.NaN])
    expect(() => htmlReport({ ...data, predictions: [{ label: 'lynx', index: 0, score: 1, probability }] })).toThrow(
      `probability ${probability} of lynx; expected a number from 0 to 1`,
    );
});

test('every control and picture has a name for who cannot see it', () => {
  const page = htmlReport(data);
  for (const [input] of page.matchAll(/<input[^>]*>/g)) expect(page).toMatch(new RegExp(`<label>[^<]*${input}`));
  for (const [, attributes] of page.matchAll(/<img([^>]*)>/g)) expect(attributes).toContain('alt="');
  expect(page).toContain(`role="img" aria-label="${alternative(explanation)}"`);
  expect(page.match(/<main/g)).toHaveLength(1);
  expect(page.match(/<h1/g)).toHaveLength(1);
});

test('the facts of a map are those that a slow count gives', () => {
  // |values| 2, 1.5, 0.5: 4 in all; 2 raise, 2 lower; the largest alone holds half.
  expect(factsOf(map)).toEqual({
    positive: 0.5,
    negative: 0.5,
    half: 1 / 6,
    strongest: { row: 0, column: 2, value: -2 },
  });
  const zero = { ...map, values: new Float32Array(6) };
  expect(alternative({ ...explanation, map: zero })).toMatch(/zero everywhere/);
  expect(alternative({ ...explanation, map: { ...map, values: map.values.map(Math.abs) } })).toContain(
    'No value is negative.',
  );
});

test('completeness is told with the sum, what it should be, and what is missing', () => {
  expect(completeness(explanation)).toBe(
    'The values sum to 8.75. The score changes by 9, from 0.25 on the baseline to 9.25: 2.8 % is missing.',
  );
  expect(completeness({ ...explanation, completeness: { delta: 1 } })).toBe(
    'The values sum to 10.25. The score itself is 9.25: 11 % too much.',
  );
  expect(completeness({ ...explanation, completeness: { delta: 1e-5, baselineScore: 0 } })).toMatch(
    /: nothing is missing\.$/,
  );
  expect(completeness({ ...explanation, score: 0, completeness: { delta: 0.5 } })).toMatch(/: off by 0\.5\.$/);
});

test('what is not all of it is not told as all of it', () => {
  const nearly = { ...map, values: Float32Array.of(2000, -1, 0, 0, 0, 0) };
  expect(alternative({ ...explanation, map: nearly })).toContain(
    'more than 99.9 % of the attribution raises the score of tiger cat, less than 0.1 % lowers it.',
  );
});

test('a standard error is told beside the size of the values', () => {
  expect(uncertainty({ ...explanation, standardError: { typical: 0.01, values: 0.2 } })).toBe(
    'Drawn at random: the typical standard error of a value is 0.01, 5 % of the size of a typical value.',
  );
  expect(uncertainty(explanation)).toBeUndefined();
});

test.each([
  [0, '0 %'],
  [0.0004, 'less than 0.1 %'],
  [0.0994, '9.9 %'],
  [0.05, '5 %'],
  [0.41, '41 %'],
  [0.997, '99.7 %'],
  [0.9996, 'more than 99.9 %'],
  [1, '100 %'],
])('%d is %s', (share, text) => expect(percent(share)).toBe(text));

test.each([
  [-1.5, '−1.5'],
  [1.23456e-7, '1.235e−7'],
  [-2e-9, '−2e−9'],
])('%d is %s in words', (value, text) => expect(inWords(value)).toBe(text));
