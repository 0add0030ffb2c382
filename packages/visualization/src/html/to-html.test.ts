import { parseHTML } from 'linkedom/worker';
import { expect, test } from 'vitest';
import { bars } from '../charts';
import { heatMap } from '../heat-map';
import { sheet } from '../sheet/sheet';
import { highlightedText } from '../tokens';
import { toHtml } from './to-html';

const evil = '<script>alert("1")</script>';
const map = { width: 2, height: 1, values: Float32Array.of(1, -1) };
const figures = [
  sheet([{ ...heatMap(map), title: evil }], { title: evil, footer: evil }),
  highlightedText([{ tokens: [evil], attributions: [1], trueLabel: evil }], { title: evil, subtitle: evil }),
  bars([{ name: evil, attribution: 1 }], { title: evil }),
];

test.each(figures)('the page of a $kind runs no script and asks for no file', (figure) => {
  const { document } = parseHTML(toHtml(figure));
  expect(document.querySelector('script')).toBeNull();
  for (const element of Array.from(document.querySelectorAll('[src], [href]')))
    expect(element.getAttribute('href') ?? element.getAttribute('src')).toMatch(/^data:/);
  expect(document.querySelector('style')?.textContent).not.toContain('url(');
});

test.each(figures)('the page of a $kind says in words what the picture hides', (figure) => {
  const { document } = parseHTML(toHtml(figure, { language: 'de' }));
  expect(document.title).toBe(evil);
  expect(document.documentElement.getAttribute('lang')).toBe('de');
  const words = Array.from(document.querySelectorAll('details p'), ({ textContent }) => textContent);
  expect(words.join('\n')).toBe(figure.alt);
});
