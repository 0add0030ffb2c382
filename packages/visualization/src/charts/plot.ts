import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom/worker';
import { allowed } from '../scene/svg';
import { cssColour, type ThemeColours } from '../theme';

/** A chart drawn by Observable Plot, as SVG to lay into a page. */
export interface Chart {
  readonly width: number;
  readonly height: number;
  /** The `svg` element with its upper left corner at x, y. */
  readonly at: (x: number, y: number) => string;
}

/**
 * Draws with a document of its own, as there is none in Node, and the page's should not be needed in a browser. What Plot writes
 * for web pages (a style sheet, a class, a font) is left out: the page around it has its own.
 */
export function chart(options: PlotOptions & { width: number; height: number }, { soft }: ThemeColours): Chart {
  const { document } = parseHTML('<html></html>');
  const svg = plot({ ...options, document });
  svg.querySelector('style')?.remove();
  for (const name of ['class', 'font-family', 'viewBox']) svg.removeAttribute(name);
  for (const group of Array.from(svg.querySelectorAll('g[transform]'))) unshift(group);
  for (const element of [svg, ...Array.from(svg.querySelectorAll('*'))])
    for (const { name, value } of Array.from(element.attributes))
      if (geometry.has(name)) element.setAttribute(name, value.replace(/-?\d+\.\d+/g, rounded));
  svg.setAttribute('overflow', 'visible');
  svg.setAttribute('font-size', '11');
  svg.setAttribute('color', cssColour(soft));
  const { width, height } = options;
  return {
    width,
    height,
    at: (x, y) => {
      svg.setAttribute('x', `${x}`);
      svg.setAttribute('y', `${y}`);
      return allowed(svg.outerHTML);
    },
  };
}

/**
 * Takes back the half pixel by which Plot moves groups of marks in a browser whose screen has one pixel for each CSS pixel, so that
 * a figure is the same everywhere. All other moves of groups here are by whole pixels: marks have whole `dx` and `dy`.
 */
function unshift(group: Element): void {
  const [, x, y] = /^translate\(([-\d.]+),([-\d.]+)\)$/.exec(group.getAttribute('transform') ?? '') ?? [];
  if (x === undefined || y === undefined) return;
  const [across, down] = [x, y].map((move) => Math.floor(Number(move)));
  if (across || down) group.setAttribute('transform', `translate(${across},${down})`);
  else group.removeAttribute('transform');
}

/** Attributes that hold places and sizes: hundredths of a pixel are enough. */
const geometry = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'width', 'height']);

const rounded = (number: string): string => `${Math.round(Number(number) * 100) / 100}`;
