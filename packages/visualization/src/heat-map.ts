import type { AttributionMap } from './attribution-map';
import { type ColourMap, colourScale, positionOf, sampled } from './colours';
import { type Drawing, type DrawingOptions, notesFor, titleFor } from './drawing';
import { normalize, type Sign } from './normalize';
import { createPicture, setPixel } from './picture';

export interface HeatMapOptions extends DrawingOptions {
  /** Colours from the lowest to the highest number of the scale. @defaultValue red for raising, blue for lowering, purple for 'absolute' */
  colours?: ColourMap;
}

export const captionOf: Record<Sign, string> = {
  all: 'red raises the score, blue lowers it',
  positive: 'what raises the score',
  negative: 'what lowers the score',
  absolute: 'strength, whichever way it pulls',
};

/** The attribution as colours, pixel for pixel. */
export function heatMap(map: AttributionMap, options: HeatMapOptions = {}): Drawing {
  const { sign = 'all' } = options;
  const { strengths, limit } = normalize(map, options);
  const scale = colourScale(sign, limit, options.colours);
  const colourAt = sampled(scale.colours);
  const picture = createPicture(map.width, map.height, [0, 0, 0]);
  strengths.forEach((strength, pixel) => {
    setPixel(picture, pixel, colourAt(positionOf[sign](strength)));
  });
  return { picture, title: titleFor('Heat map', sign), caption: captionOf[sign], scale, notes: notesFor(sign, limit) };
}
