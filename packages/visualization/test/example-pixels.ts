import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { encodePng } from '@vitrum/visualization';
import { bars } from '@vitrum/visualization/charts';
import { rasterizer } from '@vitrum/visualization/rasterize';

const wasm = fileURLToPath(import.meta.resolve('@resvg/resvg-wasm/index_bg.wasm'));
const draw = await rasterizer(readFile(wasm)); // in a browser: fetch(url)
const chart = bars([{ name: 'age', value: 59, attribution: 0.21 }], { title: 'Why 0.37?' });
export const pixels: Uint8Array = encodePng(draw(chart, 2)); // 2 pixels for each CSS pixel
