import type { AttributionMap } from './attribution-map';
import { colourScale, defaultColours, positionOf, sampled } from './colours';
import { assertSameSize, type Drawing, described } from './drawing';
import { captionFor, type HeatMapOptions } from './heat-map';
import { createPicture, type Picture } from './picture';

export interface BlendedHeatMapOptions extends HeatMapOptions {
  /**
   * How much the colour covers the photograph, 0 to 1: a number for all pixels (Captum's default is 0.5), or a function
   * of the strength, 0 to 1, of a pixel. @defaultValue 0.8 · strength^0.7, so that the photograph stays clear where nothing counts
   */
  opacity?: number | ((strength: number) => number);
}

const growing = (strength: number): number => 0.8 * strength ** 0.7;

/** The heat map over the photograph in grey (the mean of its channels): grey · (1 − opacity) + colour · opacity. */
export function blendedHeatMap(map: AttributionMap, photograph: Picture, options: BlendedHeatMapOptions = {}): Drawing {
  assertSameSize(map, photograph);
  const { sign = 'all', theme, colours = defaultColours(sign, theme), opacity = growing } = options;
  const opacityOf = typeof opacity === 'number' ? () => opacity : opacity;
  const description = described('Overlay', map, sign, options);
  const { strengths, limit } = description.source;
  const colourAt = sampled(colours);
  const picture = createPicture(map.width, map.height, [0, 0, 0]);
  strengths.forEach((strength, pixel) => {
    const [red = 0, green = 0, blue = 0] = photograph.data.subarray(pixel * 4, pixel * 4 + 3);
    const grey = (red + green + blue) / 3;
    const cover = opacityOf(Math.abs(strength));
    const colour = colourAt(positionOf[sign](strength));
    picture.data.set(
      colour.map((channel) => grey + (channel - grey) * cover),
      pixel * 4,
    );
  });
  return { ...description, picture, caption: captionFor(sign, options), scale: colourScale(sign, limit, colours) };
}
