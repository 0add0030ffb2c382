import type { Figure } from '../figure';
import { assertWidth } from '../options';
import { summaryData } from '../sheet/drawing-data';
import { percent, sentences, summarize } from '../summary';
import { featureData, labelOf, ranked, signedFormat } from './features';
import { chartPage } from './page';
import { nameStyle, type Row, rowChart } from './rows';
import type { BarsOptions, Feature } from './types';

/**
 * The features with the strongest attributions, largest size first: to the right and red what raises the score, to the left and
 * blue what lowers it. All others are one bar.
 * @throws AttributionError 'inputs' for no feature, 'not-finite' for NaN and infinities, 'option' for a top, width or theme that is none
 */
export function bars(features: readonly Feature[], options: BarsOptions = {}): Figure {
  const { top = 10, width = 760, theme = 'light', title = 'Which columns counted' } = options;
  assertWidth(width);
  const { shown, others } = ranked(features, top);
  const signed = signedFormat(Math.abs(shown[0]?.attribution ?? 0));
  const rows = shown.map((feature): Row => {
    const label = labelOf(feature, nameStyle(theme), width * 0.4);
    return { label, from: 0, to: feature.attribution, text: signed(feature.attribution) };
  });
  if (others.count > 0) rows.push({ ...otherRow(others, signed), from: 0, to: others.sum });
  const summary = summarize(features.map(({ attribution }) => attribution));
  const mass = features.reduce((sum, { attribution }) => sum + Math.abs(attribution), 0);
  const share = shown.reduce((sum, { attribution }) => sum + Math.abs(attribution), 0) / (mass || 1);
  const list = shown.map(({ name, attribution }) => `${name} ${signed(attribution)}`).join(', ');
  const held = others.count > 0 ? ` They hold ${percent(share)} of the absolute sum.` : '';
  return chartPage(
    {
      kind: 'bars',
      title,
      charts: [rowChart(rows, { width, theme, label: 'attribution', zero: true })],
      notes: mass === 0 ? ['The attribution is zero everywhere.'] : [],
      alt: `${shown.length} of ${features.length} features, strongest first: ${list}.${held} ${sentences(summary, (index) => `of ${features[index]?.name}`)}`,
      data: { features: features.map(featureData), summary: summaryData(summary) },
    },
    options,
  );
}

/** What is left of the features, as one row. */
export const otherRow = (
  { count, sum }: { count: number; sum: number },
  signed: (value: number) => string,
): Pick<Row, 'label' | 'text' | 'quiet'> => ({ label: `${count} others`, text: signed(sum), quiet: true });
