import type { AttributionMap } from '../attribution-map';
import { colourScale, positionOf, sampled } from '../colours';
import { normalize } from '../normalize';
import { createPicture } from '../picture';
import { pngAddress } from '../png';

/** The two halves of a map, to be laid over the photograph, and the size of attribution that is drawn at full strength. */
export interface Layers {
  readonly positive: string;
  readonly negative: string;
  readonly limit: number;
}

/**
 * A transparent picture for what speaks for the target and one for what speaks against it, both on the scale of all of it,
 * as addresses that hold the picture. They cover by strength^0.7, as overlays do.
 */
export function layersOf(map: AttributionMap): Layers {
  const { strengths, limit } = normalize(map, { sign: 'all' });
  const colourAt = sampled(colourScale('all', limit).colours);
  const half = (sign: 1 | -1) => {
    const picture = createPicture(map.width, map.height);
    strengths.forEach((strength, pixel) => {
      if (strength * sign <= 0) return;
      const cover = Math.abs(strength) ** 0.7;
      picture.data.set([...colourAt(positionOf.all(strength)), Math.round(255 * cover)], pixel * 4);
    });
    return pngAddress(picture);
  };
  return { positive: half(1), negative: half(-1), limit };
}

/** Nine colours from the lowest to the highest attribution, or from zero on if none is negative. */
export function stopsOf(limit: number, signed: boolean): readonly string[] {
  const colourAt = sampled(colourScale('all', limit).colours);
  return Array.from(
    { length: 9 },
    (_, i) =>
      `rgb(${colourAt(signed ? i / 8 : (1 + i / 8) / 2)
        .map(Math.round)
        .join(', ')})`,
  );
}
