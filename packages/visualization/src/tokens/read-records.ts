import { AttributionError } from '@vitrum/core';
import { type ColourMap, defaultColours, positionOf, sampled } from '../colours';
import { notesFor } from '../drawing';
import { normalize, sharedLimit } from '../normalize';
import type { Rgb } from '../picture';
import { formatNumber } from '../sheet/number-format';
import { type Summary, sentences, summarize } from '../summary';
import { type Theme, themeColours } from '../theme';
import { contrast } from './contrast';
import { mergePieces } from './merge-pieces';
import type { HighlightedTextOptions, TextRecord } from './types';

/** A token with its colours. */
export interface Chip {
  readonly text: string;
  readonly attribution: number;
  /** Absent where the attribution is exactly zero. */
  readonly fill: Rgb | undefined;
  readonly ink: Rgb;
}

/** A record ready to be laid out. */
export interface ReadRecord {
  readonly chips: readonly Chip[];
  /** Names and values of what is known of it, in the order of Captum's table. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly summary: Summary;
  readonly alt: string;
}

export interface ReadText {
  readonly records: readonly ReadRecord[];
  readonly limit: number;
  readonly colours: ColourMap;
  readonly notes: readonly string[];
}

/** Checks, merges and colours records, all on one scale. */
export function readRecords(records: readonly TextRecord[], options: HighlightedTextOptions): ReadText {
  const { merge, theme = 'light' } = options;
  const words = records.map(({ tokens, attributions }, at) => {
    assertOneEach(tokens, attributions, at);
    return merge ? mergePieces(tokens, attributions, merge) : { tokens, attributions: Array.from(attributions) };
  });
  const limit = sharedLimit(
    words.map(({ attributions }) => ({ values: attributions })),
    { limit: options.limit ?? 'maximum' },
  );
  const colours = defaultColours('all', theme);
  const colourAt = sampled(colours);
  const read = words.map(({ tokens, attributions }, at): ReadRecord => {
    const { strengths } = normalize({ values: attributions }, { limit });
    const chips = tokens.map((text, index): Chip => {
      const attribution = attributions[index] ?? 0;
      const fill = attribution === 0 ? undefined : colourAt(positionOf.all(strengths[index] ?? 0));
      return { text: visible(text), attribution, fill, ink: inkOn(fill ?? themeColours(theme).paper, theme) };
    });
    const summary = summarize(attributions);
    const facts = factsOf(records[at] ?? { tokens, attributions }, summary);
    const place = (index: number): string => `at “${chips[index]?.text}”, token ${index + 1}`;
    const known = facts.map(([name, value]) => `${name}: ${value}.`).join(' ');
    const alt = `${chips.length} ${chips.length === 1 ? 'token' : 'tokens'}. ${known} ${sentences(summary, place)}`;
    return { chips, facts, summary, alt };
  });
  return { records: read, limit, colours, notes: notesFor('all', limit) };
}

function assertOneEach(tokens: readonly string[], attributions: ArrayLike<number>, at: number): void {
  const broken = Array.from(attributions).findIndex((value) => !Number.isFinite(value));
  if (tokens.length === 0 || tokens.length !== attributions.length)
    throw new AttributionError('inputs', {
      got: `${tokens.length} tokens and ${attributions.length} attributions in record ${at}`,
      expected: 'a token at least, and one attribution for each',
      fix: 'Sum the attributions of embeddings over their dimensions, and leave out the padding of both.',
    });
  if (broken >= 0)
    throw new AttributionError('not-finite', {
      got: `${attributions[broken]} at token ${broken + 1} of record ${at}`,
      expected: 'finite attributions',
      fix: 'Look for a division by zero or an overflow in the model or the method.',
    });
}

/** White space that would not be seen, as it is written in code. */
const visible = (token: string): string =>
  /^\s*$/.test(token) ? JSON.stringify(token).slice(1, -1).replaceAll(' ', '·') || '(empty)' : token;

function factsOf(record: TextRecord, summary: Summary): [string, string][] {
  const { trueLabel, predictedLabel, probability, attributionLabel, score, convergenceDelta } = record;
  const chance = probability === undefined ? '' : ` (${probabilityText(probability)})`;
  const number = (value: number | undefined): string | undefined => (value === undefined ? value : formatNumber(value));
  const facts: [string, string | undefined][] = [
    ['True', trueLabel],
    ['Predicted', predictedLabel === undefined ? chance.trim() || undefined : predictedLabel + chance],
    ['Explained', attributionLabel],
    ['Score', number(score)],
    ['Sum of attributions', number(summary.sum)],
    ['Convergence delta', number(convergenceDelta)],
  ];
  return facts.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
}

/** With a tenth of a percent, and never 0 or 100 % if it is not. */
function probabilityText(probability: number): string {
  if (probability > 0 && probability < 0.001) return 'less than 0.1 %';
  if (probability < 1 && probability > 0.999) return 'more than 99.9 %';
  return `${Math.round(1000 * probability) / 10} %`;
}

/** Dark or light letters, whichever stands out more. */
function inkOn(fill: Rgb, theme: Theme): Rgb {
  const [own, other] = [themeColours(theme).ink, themeColours(theme).paper];
  return contrast(own, fill) >= contrast(other, fill) ? own : other;
}
