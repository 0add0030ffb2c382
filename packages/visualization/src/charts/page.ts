import type { ColourScale } from '../colours';
import type { Figure, Json } from '../figure';
import type { Mark } from '../scene/scene';
import { sceneSvg } from '../scene/scene-svg';
import { colourBar, colourBarHeight } from '../sheet/colour-bar';
import { block, heightOf, writeBlocks } from '../sheet/lines';
import type { SheetStyle } from '../sheet/style';
import type { TextStyle } from '../text/text';
import { type Theme, themeColours } from '../theme';
import type { Chart } from './plot';
import type { ChartOptions } from './types';

export const pageMargin = 32;

/** A chart with a name above it. */
export interface NamedChart {
  readonly name?: string;
  readonly chart: Chart;
}

interface Page {
  readonly kind: Figure['kind'];
  readonly title: string;
  readonly scale?: ColourScale;
  /** What the colours mean, beside their scale. */
  readonly caption?: string;
  readonly charts: readonly NamedChart[];
  readonly alt: string;
  readonly notes: readonly string[];
  readonly data: Json;
}

/** Sizes in pixels, the same for charts of any width. */
export function chartStyle(theme: Theme): SheetStyle {
  const { paper, line, ink, soft } = themeColours(theme);
  const style = (size: number, colour = soft, weight: TextStyle['weight'] = 'regular') => ({ size, weight, colour });
  return {
    paper,
    line,
    title: style(20, ink, 'semibold'),
    subtitle: style(13),
    panelTitle: style(12.5, ink, 'semibold'),
    caption: style(11.5),
    number: style(11),
    margin: pageMargin,
    gap: 10,
    unit: 5,
    edge: 1,
  };
}

/** Charts below each other under a title, with the scale of their colours, notes and small print. */
export function chartPage(page: Page, options: ChartOptions): Figure {
  const { width = 760, theme = 'light', subtitle, footer } = options;
  const style = chartStyle(theme);
  const inner = width - 2 * pageMargin;
  const head = [block(page.title, style.title, inner), block(subtitle, style.subtitle, inner)];
  const marks: Mark[] = writeBlocks(head, pageMargin, pageMargin);
  let y = pageMargin + heightOf(head) + 14;
  if (page.scale) {
    marks.push(...colourBar(page.scale, { x: pageMargin, y, width: 200 }, style));
    const spot = { x: pageMargin + 214, baseline: y + 9 };
    marks.push({ kind: 'text', text: page.caption ?? '', style: style.caption, ...spot });
    y += colourBarHeight(style) + 12;
  }
  const charts = page.charts.map(({ name, chart }, at) => {
    if (at > 0) y += 6;
    const title = [block(name, style.panelTitle, inner)];
    marks.push(...writeBlocks(title, pageMargin, y));
    y += heightOf(title) + chart.height;
    return chart.at(pageMargin, y - chart.height);
  });
  const small = [...page.notes, footer].map((text) => block(text, style.caption, inner));
  marks.push(...writeBlocks(small, pageMargin, y + 12));
  const height = y + (heightOf(small) && heightOf(small) + 12) + (heightOf(small) ? pageMargin - 8 : pageMargin - 12);
  const { kind, title, notes, data } = page;
  const alt = [title, subtitle, page.alt].filter(Boolean).join('\n');
  const scene = { width, height, paper: style.paper, marks };
  return { kind, title, alt, notes, width, height, theme, data, svg: () => sceneSvg(scene, alt, charts) };
}
