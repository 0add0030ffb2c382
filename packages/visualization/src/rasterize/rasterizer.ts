import { type InitInput, initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Figure } from '../figure';
import type { Picture } from '../picture';
import { outlineText } from './outline-text';

/** Draws a figure, or the text of an SVG file that one wrote; `scale` pixels for each CSS pixel. @defaultValue 2 */
export type Rasterizer = (figure: Figure | string, scale?: number) => Picture;

let opened: Promise<void> | undefined;

/**
 * Figures as pixels, charts too, through resvg.
 * @param wasm the bytes, address, response or module of `@resvg/resvg-wasm/index_bg.wasm`; only the first call reads it
 */
export async function rasterizer(wasm: InitInput | Promise<InitInput>): Promise<Rasterizer> {
  opened ??= initWasm(wasm);
  await opened.catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  return (figure, scale = 2) => {
    const svg = typeof figure === 'string' ? figure : figure.svg();
    const drawing = new Resvg(outlineText(svg), { fitTo: { mode: 'zoom', value: scale } });
    const image = drawing.render();
    const { width, height } = image;
    const picture = { width, height, data: new Uint8ClampedArray(image.pixels) };
    image.free();
    drawing.free();
    return picture;
  };
}
