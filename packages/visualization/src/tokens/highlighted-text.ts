import { AttributionError } from '@vitrum/core';
import type { PaintedFigure } from '../figure';
import { paintScene } from '../scene/paint-scene';
import { sceneSvg } from '../scene/scene-svg';
import { summaryData } from '../sheet/drawing-data';
import { layOut } from './lay-out';
import { readRecords } from './read-records';
import { textHtml } from './text-html';
import type { HighlightedTextOptions, TextRecord } from './types';

/**
 * Texts with each token on the colour of its attribution, below what is known of them: the labels, the score, the sum of the
 * attributions and what it misses. One scale for all records.
 * @throws AttributionError 'inputs' for no record, or tokens and attributions that are not as many; 'not-finite'; 'option' for
 * a limit, width, theme or way to merge that is none
 */
export function highlightedText(records: readonly TextRecord[], options: HighlightedTextOptions = {}): PaintedFigure {
  if (records.length === 0)
    throw new AttributionError('inputs', {
      got: 'no record',
      expected: 'one at least',
      fix: 'Pass `[{ tokens, attributions }]`.',
    });
  const { title = 'Which words counted', subtitle, theme = 'light' } = options;
  const text = readRecords(records, options);
  const scene = layOut(text, title, options);
  const numbered = text.records.map(({ alt }, index) => (records.length > 1 ? `Text ${index + 1}: ${alt}` : alt));
  const alt = [title, subtitle, ...numbered].filter(Boolean).join('\n');
  return {
    kind: 'text',
    title,
    alt,
    notes: text.notes,
    width: scene.width,
    height: scene.height,
    theme,
    data: {
      limit: text.limit,
      records: text.records.map(({ chips, facts, summary }, index) => ({
        facts: Object.fromEntries(facts),
        ...numbersOf(records[index]),
        summary: summaryData(summary),
        tokens: chips.map((chip) => ({ text: chip.text, attribution: chip.attribution })),
      })),
    },
    svg: () => sceneSvg(scene, alt),
    html: () => textHtml(text, options),
    picture: () => paintScene(scene),
  };
}

/** What the facts round. */
function numbersOf({ probability, score, convergenceDelta }: Partial<TextRecord> = {}): Record<string, number> {
  return {
    ...(probability !== undefined && { probability }),
    ...(score !== undefined && { score }),
    ...(convergenceDelta !== undefined && { convergenceDelta }),
  };
}
