import { AttributionError } from '@vitrum/core';
import type { Figure } from '../figure';
import { assertWidth } from '../options';
import { alikeFormat } from '../sheet/number-format';
import { percent } from '../summary';
import { otherRow } from './bars';
import { featureData, labelOf, ranked, signedFormat } from './features';
import { chartPage } from './page';
import { nameStyle, type Row, rowChart } from './rows';
import type { Feature, WaterfallOptions } from './types';

/**
 * How the attributions lead from S(x'), the score of the baseline, to S(x): each bar begins where the one above ends. What they
 * miss, Σφ − (S(x) − S(x')), is named, and a bar of its own from half a percent of the way on.
 * @throws AttributionError 'inputs' for no feature, 'option' for scores that are not finite and a top, width or theme that is none,
 * 'not-finite' for attributions that are not
 */
export function waterfall(features: readonly Feature[], options: WaterfallOptions): Figure {
  const {
    baselineScore,
    score,
    top = 10,
    width = 760,
    theme = 'light',
    title = 'From the baseline to the score',
  } = options;
  assertWidth(width);
  if (!Number.isFinite(baselineScore) || !Number.isFinite(score))
    throw new AttributionError('option', {
      got: `baselineScore ${baselineScore} and score ${score}`,
      expected: 'two finite numbers',
      fix: 'Pass `attribution.baselineScore[example]` and `attribution.score[example]`.',
    });
  const { shown, others } = ranked(features, top);
  const digits = Math.max(Math.abs(score - baselineScore), Math.abs(shown[0]?.attribution ?? 0));
  const [number, signed] = [alikeFormat(digits), signedFormat(digits)];
  const parts = shown.map((feature) => ({
    label: labelOf(feature, nameStyle(theme), width * 0.4),
    by: feature.attribution,
    text: signed(feature.attribution),
    quiet: false,
  }));
  if (others.count > 0) parts.push({ ...otherRow(others, signed), by: others.sum, quiet: true });
  const sum = parts.reduce((total, { by }) => total + by, 0);
  const missed = score - baselineScore - sum;
  const [way, span] = [Math.abs(score - baselineScore), Math.max(...parts.map(({ by }) => Math.abs(by)))];
  if (Math.abs(missed) > 0.005 * Math.max(way, span))
    parts.push({ label: 'not attributed', by: missed, text: signed(missed), quiet: true });
  let at = baselineScore;
  const steps = parts.map(({ label, by, text, quiet }): Row => {
    const from = at;
    at += by;
    return { label, from, to: at, text, quiet };
  });
  const end = (label: string, to: number): Row => ({ label, from: to, to, text: number(to), mark: true });
  const rows = [end('score of the baseline', baselineScore), ...steps, end('score', score)];
  const list = parts.map(({ label, text }) => `${label} ${text}`).join(', ');
  const share = way > 0 ? ` (${percent(Math.abs(missed) / way)} of the way)` : '';
  const completeness = `The attributions sum to ${number(sum)} of ${number(score - baselineScore)}; ${number(missed)}${share} is not attributed.`;
  return chartPage(
    {
      kind: 'waterfall',
      title,
      charts: [rowChart(rows, { width, theme, label: 'score', zero: false })],
      notes: span === 0 ? ['The attribution is zero everywhere.'] : [],
      alt: `From ${number(baselineScore)} to ${number(score)}: ${list}. ${completeness}`,
      data: { baselineScore, score, notAttributed: missed, features: features.map(featureData) },
    },
    options,
  );
}
