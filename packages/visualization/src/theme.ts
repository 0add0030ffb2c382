import { assertOneOf } from './options';
import type { Rgb } from './picture';

/** Dark ink on white paper, or light ink on near-black. */
export type Theme = 'light' | 'dark';

/** The colours of everything that is not data. */
export interface ThemeColours {
  readonly paper: Rgb;
  /** Titles and names. */
  readonly ink: Rgb;
  /** Captions and numbers; 4.5 : 1 against the paper at least. */
  readonly soft: Rgb;
  /** Frames and grids. */
  readonly line: Rgb;
}

const themes: Record<Theme, ThemeColours> = {
  light: { paper: [255, 255, 255], ink: [23, 25, 31], soft: [98, 104, 117], line: [222, 225, 231] },
  dark: { paper: [21, 24, 30], ink: [236, 238, 242], soft: [160, 167, 180], line: [58, 63, 73] },
};

/** The colours of a theme. @throws AttributionError 'option' for another than 'light' and 'dark' */
export function themeColours(theme: Theme): ThemeColours {
  assertOneOf('theme', theme, Object.keys(themes), "Leave it out for 'light'.");
  return themes[theme];
}

/** The colour as CSS writes it. */
export const cssColour = ([red, green, blue]: Rgb): string =>
  `#${[red, green, blue].map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
