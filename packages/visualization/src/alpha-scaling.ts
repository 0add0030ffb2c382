import type { AttributionMap } from './attribution-map';
import { assertSameSize, type Drawing, type DrawingOptions, described } from './drawing';
import { assertOneSign, type OneSign } from './masked-image';
import type { Picture } from './picture';

const captionOf: Record<OneSign, string> = {
  positive: 'opaque where the score is raised',
  negative: 'opaque where the score is lowered',
  absolute: 'opaque where it matters',
};

/** The photograph with the strength of each pixel as its alpha: transparent where nothing counts. */
export function alphaScaling(map: AttributionMap, photograph: Picture, options: DrawingOptions<OneSign> = {}): Drawing {
  assertSameSize(map, photograph);
  const { sign = 'positive' } = options;
  assertOneSign(sign);
  const description = described('Alpha', map, sign, options);
  const { strengths } = description.source;
  const data = photograph.data.map((value, index) =>
    index % 4 === 3 ? Math.trunc(value * (strengths[index >> 2] ?? 0)) : value,
  );
  return { ...description, picture: { ...photograph, data }, caption: captionOf[sign] };
}
