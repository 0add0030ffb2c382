import { AttributionError } from '@vitrum/core';
import type { AttributionMap } from './attribution-map';
import type { ColourScale } from './colours';
import type { Limit, Sign } from './normalize';
import type { Picture } from './picture';

/** A picture of an attribution with what a reader must know; also a panel of a sheet. */
export interface Drawing {
  readonly picture: Picture;
  readonly title: string;
  readonly caption?: string;
  /** What the colours mean; absent where colours are the photograph's own. */
  readonly scale?: ColourScale;
  /** What is missing or special, such as an attribution that is zero everywhere. */
  readonly notes: readonly string[];
}

export interface DrawingOptions<Signs extends Sign = Sign> {
  /** Which attributions count. @defaultValue 'all' where it can be drawn, else 'positive' */
  sign?: Signs;
  /** Finds the attribution drawn at full strength. @defaultValue massLimit(2), Captum's cut of 2 % outliers */
  limit?: Limit;
}

const parts: Record<Sign, string> = { all: '', positive: ', positive', negative: ', negative', absolute: ', absolute' };

/** A title that says which attributions it shows. */
export const titleFor = (title: string, sign: Sign): string => title + parts[sign];

const none: Record<Sign, string> = {
  all: 'The attribution is zero everywhere.',
  absolute: 'The attribution is zero everywhere.',
  positive: 'No attribution is positive.',
  negative: 'No attribution is negative.',
};

/** Says so when nothing is left to draw. */
export const notesFor = (sign: Sign, limit: number): readonly string[] => (limit > 0 ? [] : [none[sign]]);

/** Holds a photograph against the map that is laid over it. */
export function assertSameSize(map: AttributionMap, photograph: Picture): void {
  if (map.width !== photograph.width || map.height !== photograph.height)
    throw new AttributionError('inputs', {
      got: `a ${map.width} × ${map.height} map for a ${photograph.width} × ${photograph.height} photograph`,
      expected: 'the same size',
      fix: 'Enlarge a map of a layer with `interpolate(values, [height, width])` of @vitrum/layer-methods first.',
    });
}
