import { type InitInput, initWasm, Resvg } from '@resvg/resvg-wasm';
import { AttributionError } from '@vitrum/core';
import type { Figure } from '../figure';
import { written } from '../options';
import type { Picture } from '../picture';
import { outlineText } from './outline-text';

/** Draws a figure, or the text of an SVG file that one wrote; `scale` pixels for each CSS pixel. @defaultValue 2 */
export type Rasterizer = (figure: Figure | string, scale?: number) => Picture;

function assertScale(scale: number): void {
  if (scale > 0 && scale < Infinity) return;
  throw new AttributionError('option', {
    got: `scale ${written(scale)}`,
    expected: 'a number above 0: pixels for each CSS pixel',
    fix: 'Leave it out for 2.',
  });
}

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
    assertScale(scale);
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
