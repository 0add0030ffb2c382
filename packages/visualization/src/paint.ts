import { type Picture, type Rgb, setPixel } from './picture';

/** A rectangle in whole pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Fills a rectangle with a colour, opaque; changes the picture. What lies outside of it is cut off. */
export function fillRectangle(picture: Picture, { x, y, width, height }: Rectangle, colour: Rgb): void {
  for (let row = Math.max(0, y); row < Math.min(picture.height, y + height); row++)
    for (let column = Math.max(0, x); column < Math.min(picture.width, x + width); column++)
      setPixel(picture, row * picture.width + column, colour);
}

/** Lays a part over a picture, through its alpha; changes the picture. The part must lie inside of it. */
export function paste(picture: Picture, part: Picture, x: number, y: number): void {
  for (let row = 0; row < part.height; row++)
    for (let column = 0; column < part.width; column++) {
      const from = (row * part.width + column) * 4;
      const to = ((y + row) * picture.width + x + column) * 4;
      const share = (part.data[from + 3] ?? 0) / 255;
      for (let channel = 0; channel < 3; channel++) {
        const below = picture.data[to + channel] ?? 0;
        picture.data[to + channel] = below + ((part.data[from + channel] ?? 0) - below) * share;
      }
      picture.data[to + 3] = 255;
    }
}

/** The picture over `width` × `height` pixels, each the colour of the one its centre lies on: nothing is invented between pixels. */
export function stretch(picture: Picture, width: number, height: number): Picture {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [above, before] = [((row + 0.5) * picture.height) / height, ((column + 0.5) * picture.width) / width];
      const from = (Math.floor(above) * picture.width + Math.floor(before)) * 4;
      const to = (row * width + column) * 4;
      for (let channel = 0; channel < 4; channel++) data[to + channel] = picture.data[from + channel] ?? 0;
    }
  return { width, height, data };
}
