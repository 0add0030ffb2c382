import { AttributionError } from '@vitrum/core';
import type { AttributionMap } from './attribution-map';
import type { ColourScale } from './colours';
import type { LimitLike } from './limits';
import { type Normalized, normalize, type Sign } from './normalize';
import type { Picture } from './picture';
import { formatNumber } from './sheet/number-format';
import { percent, type Summary, sentences, summarize } from './summary';

/** A picture of an attribution with what a reader must know; also a panel of a sheet. */
export interface Drawing {
  readonly picture: Picture;
  readonly title: string;
  readonly caption?: string;
  /** What the colours mean; absent where colours are the photograph's own. */
  readonly scale?: ColourScale;
  /** What is missing or special, such as an attribution that is zero everywhere. */
  readonly notes: readonly string[];
  /** What the picture hides from who cannot see it, in words and numbers. */
  readonly alt: string;
  /** What was drawn: the attribution and how; absent for a photograph. */
  readonly source?: DrawingSource;
}

export interface DrawingSource extends Normalized {
  readonly map: AttributionMap;
  readonly sign: Sign;
  readonly summary: Summary;
}

export interface DrawingOptions<Signs extends Sign = Sign> {
  /** Which attributions count. @defaultValue 'all' where it can be drawn, else 'positive' */
  sign?: Signs;
  /**
   * The attribution drawn at full strength: 'mass' leaves out the largest that make up 2 % of the sum (Captum), 'percentile' the
   * largest 1 % of those that are not zero, 'maximum' none; 'raw' is 1. A number is the limit itself, a function finds it:
   * `massLimit(10)`, `percentileLimit(95)`. @defaultValue 'mass'
   */
  limit?: LimitLike;
}

const parts: Record<Sign, string> = { all: '', positive: ', positive', negative: ', negative', absolute: ', absolute' };

/** A title that says which attributions it shows. */
const titleFor = (title: string, sign: Sign): string => title + parts[sign];

const none: Record<Sign, string> = {
  all: 'The attribution is zero everywhere.',
  absolute: 'The attribution is zero everywhere.',
  positive: 'No attribution is positive.',
  negative: 'No attribution is negative.',
};

/** Captum warns from here on: what is left may be rounding. */
const tiny = 1e-5;

/** Says so when nothing is left to draw, or nearly nothing. */
export function notesFor(sign: Sign, limit: number): readonly string[] {
  if (limit === 0) return [none[sign]];
  return limit < tiny ? [`Full strength is only ${formatNumber(limit)}.`] : [];
}

/**
 * Everything of a drawing but its picture and caption; `what` begins the alternative text.
 * @throws AttributionError 'inputs' for a map that does not have a value for each pixel, and as `normalize` does
 */
export function described(
  what: string,
  map: AttributionMap,
  sign: Sign,
  options: DrawingOptions,
): Pick<Drawing, 'title' | 'notes' | 'alt'> & { readonly source: DrawingSource } {
  if (map.values.length !== map.width * map.height)
    throw new AttributionError('inputs', {
      got: `${map.values.length} values for a map of ${map.width} × ${map.height}`,
      expected: 'one for each pixel',
      fix: 'Make maps with `attributionMap`.',
    });
  const { strengths, limit } = normalize(map, { ...options, sign });
  const summary = summarize(map.values);
  const place = (index: number): string => `at row ${Math.floor(index / map.width)}, column ${index % map.width}`;
  const cut = map.values.filter((value) => countsAbove(value, sign) > limit).length / map.values.length;
  const scale =
    limit === 0
      ? none[sign]
      : `Full strength is ${formatNumber(limit)}${cut > 0 ? `, which ${percent(cut)} of the pixels exceed` : ''}.`;
  return {
    title: titleFor(what, sign),
    notes: notesFor(sign, limit),
    alt: `${titleFor(what, sign)}, ${map.width} × ${map.height} pixels. ${sentences(summary, place)} ${scale}`,
    source: { map, sign, summary, strengths, limit },
  };
}

const countsAbove = (value: number, sign: Sign): number =>
  sign === 'positive' ? value : sign === 'negative' ? -value : Math.abs(value);

/** Holds a photograph against the map that is laid over it. */
export function assertSameSize(map: AttributionMap, photograph: Picture): void {
  if (map.width !== photograph.width || map.height !== photograph.height)
    throw new AttributionError('inputs', {
      got: `a ${map.width} × ${map.height} map for a ${photograph.width} × ${photograph.height} photograph`,
      expected: 'the same size',
      fix: 'Enlarge a map of a layer with `interpolate(values, [height, width])` of @vitrum/layer-methods first.',
    });
}
