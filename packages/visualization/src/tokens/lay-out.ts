import { assertWidth } from '../options';
import type { Mark, Scene } from '../scene/scene';
import { colourBar, colourBarHeight } from '../sheet/colour-bar';
import { block, heightOf, writeBlocks } from '../sheet/lines';
import type { SheetStyle } from '../sheet/style';
import { measureText, type TextStyle } from '../text/text';
import { type Theme, themeColours } from '../theme';
import type { Chip, ReadRecord, ReadText } from './read-records';
import type { HighlightedTextOptions } from './types';

interface TextPageStyle extends SheetStyle {
  readonly fact: TextStyle;
  readonly token: TextStyle;
}

/** Sizes in pixels; they do not grow with the page, as text is read at one distance. */
function styleOf(theme: Theme): TextPageStyle {
  const { paper, line, ink, soft } = themeColours(theme);
  const style = (size: number, colour = soft, weight: TextStyle['weight'] = 'regular') => ({ size, weight, colour });
  return {
    paper,
    line,
    title: style(22, ink, 'semibold'),
    subtitle: style(13.5),
    panelTitle: style(14, ink, 'semibold'),
    caption: style(11.5),
    number: style(11),
    fact: style(14, ink),
    token: style(16, ink),
    margin: 36,
    gap: 28,
    unit: 5,
    edge: 1,
  };
}

/** Title, legend, and for each record its facts and its tokens, as many in a line as fit. */
export function layOut(text: ReadText, title: string, options: HighlightedTextOptions): Scene {
  const { width = 760, theme = 'light' } = options;
  assertWidth(width);
  const style = styleOf(theme);
  const { margin, gap, paper, line } = style;
  const inner = width - 2 * margin;
  const marks: Mark[] = [];
  let y = margin;
  const head = [block(title, style.title, inner), block(options.subtitle, style.subtitle, inner)];
  marks.push(...writeBlocks(head, margin, y));
  y += heightOf(head) + 14;
  marks.push(...legend(text, { x: margin, y }, style));
  y += colourBarHeight(style) + 14;
  text.records.forEach((record, index) => {
    if (index > 0) {
      marks.push({ kind: 'rectangle', x: margin, y: y + gap / 2, width: inner, height: 1, fill: line });
      y += gap;
    }
    const facts = factsPart(record, { x: margin, y: y + 8, width: inner }, style);
    const chips = chipsPart(record.chips, { x: margin, y: y + 8 + facts.height, width: inner }, style);
    marks.push(...facts.marks, ...chips.marks);
    y += 8 + facts.height + chips.height;
  });
  const small = [...text.notes, options.footer].map((each) => block(each, style.caption, inner));
  if (heightOf(small) > 0) marks.push(...writeBlocks(small, margin, y + 18));
  const height = y + (heightOf(small) && 18 + heightOf(small)) + margin;
  return { width, height, paper, marks };
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The scale, with words at both ends. */
function legend({ colours, limit }: ReadText, { x, y }: Spot, style: SheetStyle): Mark[] {
  const [lowers, raises] = ['lowers the score', 'raises the score'];
  const left = x + Math.ceil(measureText(lowers, style.caption)) + 10;
  const width = 180;
  const baseline = y + 9;
  return [
    { kind: 'text', text: lowers, style: style.caption, x, baseline },
    ...colourBar({ colours, low: -limit, high: limit }, { x: left, y, width }, style),
    { kind: 'text', text: raises, style: style.caption, x: left + width + 10, baseline },
  ];
}

interface Part {
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** Name above value, beside each other; a new row where the line is full. */
function factsPart({ facts }: ReadRecord, { x, y, width }: Spot & { width: number }, style: TextPageStyle): Part {
  let [left, top] = [x, y];
  const marks = facts.flatMap(([name, value]): Mark[] => {
    const own = Math.max(measureText(name, style.caption), measureText(value, style.fact));
    if (left > x && left + own > x + width) [left, top] = [x, top + 46];
    const at = left;
    left += Math.ceil(own) + 26;
    return [
      { kind: 'text', text: name, style: style.caption, x: at, baseline: top + 11 },
      { kind: 'text', text: value, style: style.fact, x: at, baseline: top + 29 },
    ];
  });
  return { height: facts.length > 0 ? top - y + 46 : 0, marks };
}

const chipHeight = 26;
const chipPadding = 4;

/** Tokens on their colours, like words in lines. */
function chipsPart(chips: readonly Chip[], { x, y, width }: Spot & { width: number }, { token }: TextPageStyle): Part {
  let [left, top] = [x, y];
  const marks = chips.flatMap(({ text, fill, ink }): Mark[] => {
    const own = Math.round(measureText(text, token)) + 2 * chipPadding;
    if (left > x && left + own > x + width) [left, top] = [x, top + chipHeight + 5];
    const at = left;
    left += own + 3;
    const mark = { kind: 'text', fitted: true, x: at + chipPadding, baseline: top + 19 } as const;
    return [
      ...(fill ? [{ kind: 'rectangle', x: at, y: top, width: own, height: chipHeight, fill } as const] : []),
      { ...mark, text, style: { ...token, colour: ink } },
    ];
  });
  return { height: top - y + chipHeight, marks };
}
