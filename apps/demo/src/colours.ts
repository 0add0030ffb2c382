import type { ColourMap, Sign } from '@vitrum/visualization';
import {
  interpolateGreys,
  interpolateInferno,
  interpolatePiYG,
  interpolatePuOr,
  interpolateViridis,
} from 'd3-scale-chromatic';

interface Colours {
  readonly title: string;
  /** What raises and what lowers the score, in a word each. */
  readonly raises: string;
  readonly lowers: string;
  /** What lowers the score where that alone is drawn. */
  readonly against: string;
  /** What has size, whichever way it speaks. */
  readonly size: string;
  /** From the lowest to the highest number of a sign; `undefined` leaves it to the library. */
  of(sign: Sign): ColourMap | undefined;
}

/** Two colours that meet in white: each sign takes its half, and size alone the half that raises. */
const diverging = (title: string, raises: string, lowers: string, both: ColourMap): Colours => ({
  title,
  raises,
  lowers,
  against: lowers,
  size: raises,
  of: (sign) =>
    ({
      all: both,
      positive: (position: number) => both(0.5 + position / 2),
      negative: (position: number) => both(position / 2),
      absolute: (position: number) => both(0.5 + position / 2),
    })[sign],
});

/** One way from dark to light: the brighter, the more. What lowers the score is bright as well when it is looked at alone. */
const sequential = (title: string, along: ColourMap): Colours => ({
  title,
  raises: 'bright',
  lowers: 'dark',
  against: 'bright',
  size: 'bright',
  of: (sign) => (sign === 'negative' ? (position) => along(1 - position) : along),
});

export type ColourName = 'red-blue' | 'orange-purple' | 'green-pink' | 'viridis' | 'inferno' | 'grey';

/** The colour maps to choose from, by name. */
export const colours: Readonly<Record<ColourName, Colours>> = {
  'red-blue': {
    title: 'Red and blue',
    raises: 'red',
    lowers: 'blue',
    against: 'blue',
    size: 'purple',
    of: () => undefined,
  }, // the library's own
  'orange-purple': diverging('Orange and purple', 'orange', 'purple', (position) =>
    interpolatePuOr(0.9 - 0.8 * position),
  ),
  'green-pink': diverging('Green and pink', 'green', 'pink', (position) => interpolatePiYG(0.1 + 0.8 * position)),
  viridis: sequential('Viridis', interpolateViridis),
  inferno: sequential('Inferno', interpolateInferno),
  grey: sequential('Grey', (position) => interpolateGreys(1 - position)),
};
