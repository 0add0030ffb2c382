import type { AttributionMap } from './attribution-map';
import { colourScale, defaultColours, positionOf, sampled } from './colours';
import { assertSameSize, type Drawing, described } from './drawing';
import { captionFor, type HeatMapOptions } from './heat-map';
import { assertNumber } from './options';
import { createPicture, type Picture } from './picture';

export interface BlendedHeatMapOptions extends HeatMapOptions {
  /**
   * How much the colour covers the photograph, 0 to 1: a number for all pixels (Captum's default is 0.5), or a function
   * of the strength, 0 to 1, of a pixel. @defaultValue 0.8 · strength^0.7, so that the photograph stays clear where nothing counts
   */
  opacity?: number | ((strength: number) => number);
}

const growing = (strength: number): number => 0.8 * strength ** 0.7;

/**
 * The heat map over the photograph in grey (the mean of its channels): grey · (1 − opacity) + colour · opacity. Where the photograph
 * is transparent there is no grey: the colour alone, as transparent as its opacity leaves it.
 * @throws AttributionError 'inputs' for a map of another size than the photograph, 'option' for an opacity that is not 0 to 1
 */
export function blendedHeatMap(map: AttributionMap, photograph: Picture, options: BlendedHeatMapOptions = {}): Drawing {
  assertSameSize(map, photograph);
  const { sign = 'all', theme, colours = defaultColours(sign, theme), opacity = growing } = options;
  const opacityOf = coverOf(opacity);
  const description = described('Overlay', map, sign, options);
  const { strengths, limit } = description.source;
  const colourAt = sampled(colours);
  const picture = createPicture(map.width, map.height, [0, 0, 0]);
  strengths.forEach((strength, pixel) => {
    const [red = 0, green = 0, blue = 0, alpha = 255] = photograph.data.subarray(pixel * 4, pixel * 4 + 4);
    const grey = (red + green + blue) / 3;
    const cover = opacityOf(Math.abs(strength));
    const colour = colourAt(positionOf[sign](strength));
    const opaque = cover + (1 - cover) * (alpha / 255);
    const share = opaque > 0 ? cover / opaque : 0;
    picture.data.set([...colour.map((channel) => grey + (channel - grey) * share), 255 * opaque], pixel * 4);
  });
  return { ...description, picture, caption: captionFor(sign, options), scale: colourScale(sign, limit, colours) };
}

/** The opacity as a function, held to 0 to 1. */
function coverOf(opacity: NonNullable<BlendedHeatMapOptions['opacity']>): (strength: number) => number {
  const fix = 'Pass a number, 0.5 as Captum does, or a function of the strength, such as `(strength) => strength`.';
  if (typeof opacity !== 'function') {
    assertNumber('opacity', opacity, { least: 0, most: 1 }, fix);
    return () => opacity;
  }
  return (strength) => {
    const cover = opacity(strength);
    assertNumber(`opacity, for a strength of ${strength},`, cover, { least: 0, most: 1 }, fix);
    return cover;
  };
}
