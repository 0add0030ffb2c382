import type { Picture } from './picture';
import { encodePng } from './png';
import type { Theme } from './theme';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A finished figure: one page with its title, legend and notes, ready to be written out. */
export interface Figure {
  readonly kind: 'sheet' | 'grid' | 'text' | 'time-series' | 'bars' | 'waterfall';
  readonly title: string;
  /** What a picture hides from who cannot see it, in words and numbers: extremes and where, shares of both signs, the scale. */
  readonly alt: string;
  /** What is missing or special, such as an attribution that is zero everywhere. */
  readonly notes: readonly string[];
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  /** Every number that is drawn. */
  readonly data: Json;
  /** The page as the text of an SVG file, with `alt` as its label. */
  svg(): string;
  /** The page as the part of an HTML document, where it is more than its SVG. */
  html?(): string;
}

/** A figure that needs nothing else to become pixels. Charts do: `rasterizer` of `@vitrum/visualization/rasterize`. */
export interface PaintedFigure extends Figure {
  picture(): Picture;
}

/** The figure as the bytes of a PNG file. */
export const toPng = (figure: PaintedFigure): Uint8Array => encodePng(figure.picture());

/** The numbers of the figure with its words, as the text of a JSON file. */
export const toJson = ({ kind, title, alt, notes, data }: Figure): string =>
  `${JSON.stringify({ kind, title, alt, notes, data }, undefined, 1)}\n`;
