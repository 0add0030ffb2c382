import { parseHTML } from 'linkedom/worker';
import { expect, test } from 'vitest';
import { toHtml } from '../html';
import { contrast } from './contrast';
import { highlightedText } from './highlighted-text';

const record = { tokens: ['good', '<b>&"', 'bad'], attributions: [2, 0, -1] };
const parse = (markup: string) => parseHTML(markup).document;
const tokensOf = (markup: string) =>
  Array.from(parse(markup).querySelectorAll('.tokens span'), (token) => [
    token.textContent,
    token.getAttribute('style'),
  ]);

test('shows each token as it is, however it is written', () => {
  const figure = highlightedText([record]);
  expect(tokensOf(toHtml(figure)).map(([text]) => text)).toEqual(record.tokens);
  const texts = Array.from(parse(figure.svg()).querySelectorAll('text'), ({ textContent }) => textContent);
  for (const token of record.tokens) expect(texts).toContain(token);
});

test('colours by attribution, and leaves zero without colour', () => {
  const [good, none, bad] = tokensOf(toHtml(highlightedText([record])));
  const channels = (style: string | null | undefined) =>
    (/background:#(..)(..)(..)/.exec(style ?? '') ?? []).slice(1).map((pair) => Number.parseInt(pair, 16));
  const [red = 0, , blue = 0] = channels(good?.[1]);
  expect(red).toBeGreaterThan(blue + 60);
  const [redBelow = 0, , blueBelow = 0] = channels(bad?.[1]);
  expect(blueBelow).toBeGreaterThan(redBelow + 30);
  expect(none?.[1]).not.toContain('background');
});

test('can be read on every colour', () => {
  const attributions = Array.from({ length: 41 }, (_, index) => index / 20 - 1);
  for (const theme of ['light', 'dark'] as const) {
    const figure = highlightedText([{ tokens: attributions.map(String), attributions }], { theme });
    for (const [text, style] of tokensOf(toHtml(figure))) {
      const [fill, ink] = ['background', 'color'].map((name) => {
        const [, hex = theme === 'light' ? 'ffffff' : '15181e'] =
          new RegExp(`(?:^|;)${name}:#(\\w{6})`).exec(style ?? '') ?? [];
        return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number]; // three pairs of digits
      });
      expect(contrast(fill ?? [0, 0, 0], ink ?? [0, 0, 0]), `${theme} ${text}`).toBeGreaterThanOrEqual(4);
    }
  }
});

test('says what is known of a text: labels, probability, scores, what is missed', () => {
  const known = {
    trueLabel: 'dog',
    predictedLabel: 'cat <3',
    probability: 0.9996,
    attributionLabel: 'cat',
    score: 1.25,
    convergenceDelta: -0.25,
  };
  const figure = highlightedText([{ ...record, ...known }]);
  const facts = Array.from(parse(toHtml(figure)).querySelectorAll('dl div'), ({ textContent }) => textContent);
  expect(facts).toEqual([
    'Truedog',
    'Predictedcat <3 (more than 99.9 %)',
    'Explainedcat',
    'Score1.3',
    'Sum of attributions1.0',
    'Convergence delta−0.25',
  ]);
  expect(figure.alt).toContain('Largest 2.0 at “good”, token 1; least −1.0 at “bad”, token 3.');
});

test('has one scale for all records', () => {
  const strong = { tokens: ['x'], attributions: [10] };
  const styleOf = (records: Parameters<typeof highlightedText>[0]) =>
    tokensOf(toHtml(highlightedText(records)))[0]?.[1];
  expect(styleOf([record, strong])).not.toBe(styleOf([record]));
  expect(styleOf([strong, record])).toBe(styleOf([{ tokens: ['x'], attributions: [1] }]));
});

test('breaks lines inside of the page', () => {
  const tokens = Array.from({ length: 60 }, (_, index) => `word${index}`);
  const figure = highlightedText([{ tokens, attributions: tokens.map((_, index) => index) }], { width: 400 });
  for (const chip of Array.from(parse(figure.svg()).querySelectorAll('rect')))
    expect(Number(chip.getAttribute('x')) + Number(chip.getAttribute('width'))).toBeLessThanOrEqual(400);
  expect(figure.height).toBeGreaterThan(highlightedText([record], { width: 400 }).height + 100);
});

test('says so where all is zero', () => {
  const figure = highlightedText([{ tokens: ['a'], attributions: [0] }]);
  expect(figure.notes).toEqual(['The attribution is zero everywhere.']);
});

test('refuses what does not fit', () => {
  expect(() => highlightedText([])).toThrow(/no record/);
  expect(() => highlightedText([{ tokens: ['a'], attributions: [1, 2] }])).toThrow(/1 tokens and 2 attributions/);
  expect(() => highlightedText([{ tokens: ['a'], attributions: [Number.NaN] }])).toThrow(/NaN at token 1/);
});

test('keeps as numbers what it rounds in words, and counts one token as one', () => {
  const known = { probability: 0.98765, score: 1.23456, convergenceDelta: -0.00123456 };
  const { data, alt } = highlightedText([{ tokens: ['good'], attributions: [1.2345], ...known }]);
  expect(data).toMatchObject({ records: [{ ...known, facts: { Score: '1.2' } }] });
  expect(alt).toContain('1 token. ');
});
