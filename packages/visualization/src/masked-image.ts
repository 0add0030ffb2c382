import { AttributionError } from '@vitrum/core';
import type { AttributionMap } from './attribution-map';
import { assertSameSize, type Drawing, type DrawingOptions, described } from './drawing';
import type { Sign } from './normalize';
import type { Picture } from './picture';

/** The signs whose strengths lie from 0 to 1, and so can stand for light or alpha. */
export type OneSign = Exclude<Sign, 'all'>;

const captionOf: Record<OneSign, string> = {
  positive: 'lit where the score is raised',
  negative: 'lit where the score is lowered',
  absolute: 'lit where it matters',
};

/** Holds what JavaScript asks for to a sign that can be drawn so. @throws AttributionError 'option' */
export function assertOneSign(sign: OneSign): void {
  if (Object.hasOwn(captionOf, sign)) return;
  throw new AttributionError('option', {
    got: `sign "${sign}"`,
    expected: `one of ${Object.keys(captionOf).join(', ')}`,
    fix: 'Draw both signs with `heatMap` or `blendedHeatMap`: light and alpha have no negative.',
  });
}

/** The photograph times the strength of each pixel, cut to whole numbers as Captum does: black where nothing counts. */
export function maskedImage(map: AttributionMap, photograph: Picture, options: DrawingOptions<OneSign> = {}): Drawing {
  assertSameSize(map, photograph);
  const { sign = 'positive' } = options;
  assertOneSign(sign);
  const description = described('Masked', map, sign, options);
  const { strengths } = description.source;
  const data = photograph.data.map((value, index) =>
    index % 4 === 3 ? value : Math.trunc(value * (strengths[index >> 2] ?? 0)),
  );
  return { ...description, picture: { ...photograph, data }, caption: captionOf[sign] };
}
