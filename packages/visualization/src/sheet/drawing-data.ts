import type { Drawing } from '../drawing';
import type { Json } from '../figure';
import type { Summary } from '../summary';

/** The numbers of a drawing, as JSON holds them; of a photograph only its words and size. */
export function drawingData({ title, caption, alt, notes, picture, scale, source }: Drawing): Json {
  const { width, height } = picture;
  const words = { title, caption: caption ?? null, alt, notes, width, height };
  if (!source) return words;
  const { map, sign, limit, summary } = source;
  return {
    ...words,
    sign,
    limit,
    scale: scale ? { low: scale.low, high: scale.high } : null,
    summary: summaryData(summary),
    values: Array.from(map.values, shortest),
  };
}

export const summaryData = ({ largest, least, sum, positive, negative }: Summary): Json => ({
  largest: { value: shortest(largest.value), index: largest.index },
  least: { value: shortest(least.value), index: least.index },
  sum,
  positive,
  negative,
});

/** The float32 number with the nine digits that tell it from its neighbours. */
export const shortest = (value: number): number => Number(value.toPrecision(9));
