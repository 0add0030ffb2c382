import type { Picture, Rgb } from '../picture';
import type { TextStyle } from '../text/text';

/** A page as a list of what lies on it, first below. One list is painted as pixels and written as SVG. */
export interface Scene {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly paper: Rgb;
  readonly marks: readonly Mark[];
}

export type Mark = RectangleMark | TextMark | PictureMark;

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface RectangleMark extends Placed {
  readonly kind: 'rectangle';
  readonly fill: Rgb;
}

export interface TextMark {
  readonly kind: 'text';
  readonly text: string;
  readonly style: TextStyle;
  readonly x: number;
  /** The line the letters stand on. */
  readonly baseline: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** In SVG, where another font may be used, keeps the width it has in Inter. */
  readonly fitted?: boolean;
}

/** A picture stretched over a rectangle, its pixels left sharp. */
interface PictureMark extends Placed {
  readonly kind: 'picture';
  readonly picture: Picture;
}
