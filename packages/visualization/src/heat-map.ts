import type { AttributionMap } from './attribution-map';
import { type ColourMap, colourScale, defaultColours, positionOf, sampled } from './colours';
import { type Drawing, type DrawingOptions, described } from './drawing';
import type { Sign } from './normalize';
import { createPicture, setPixel } from './picture';
import type { Theme } from './theme';

export interface HeatMapOptions extends DrawingOptions {
  /** Colours from the lowest to the highest number of the scale. @defaultValue red for raising, blue for lowering, purple for 'absolute' */
  colours?: ColourMap;
  /** Zero is white on light paper and near-black on dark. @defaultValue 'light' */
  theme?: Theme;
}

const captions: Record<Sign, string> = {
  all: 'red raises the score, blue lowers it',
  positive: 'what raises the score',
  negative: 'what lowers the score',
  absolute: 'strength, whichever way it pulls',
};

/** What to read out of the colours; those of the caller are not named. */
export const captionFor = (sign: Sign, { colours }: HeatMapOptions): string =>
  colours && sign === 'all' ? 'above zero raises the score, below lowers it' : captions[sign];

/** The attribution as colours, pixel for pixel. */
export function heatMap(map: AttributionMap, options: HeatMapOptions = {}): Drawing {
  const { sign = 'all', theme, colours = defaultColours(sign, theme) } = options;
  const description = described('Heat map', map, sign, options);
  const { strengths, limit } = description.source;
  const colourAt = sampled(colours);
  const picture = createPicture(map.width, map.height, [0, 0, 0]);
  strengths.forEach((strength, pixel) => {
    setPixel(picture, pixel, colourAt(positionOf[sign](strength)));
  });
  return { ...description, picture, caption: captionFor(sign, options), scale: colourScale(sign, limit, colours) };
}
