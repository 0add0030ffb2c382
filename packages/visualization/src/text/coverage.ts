import type { Point } from './glyphs';

/** How much of each pixel closed polygons cover, `shares[row * width + column]`, 0 to 1. */
export interface Coverage {
  readonly width: number;
  readonly height: number;
  readonly shares: Float32Array;
}

/**
 * Exact coverage of pixels by polygons inside [0, width] × [0, height]. Each edge leaves in the cells it crosses the
 * signed area to its right; summing along a row then fills the inside. A hole turns the other way round.
 */
export function coverage(polygons: readonly (readonly Point[])[], width: number, height: number): Coverage {
  const columns = width + 2;
  const areas = new Float32Array(columns * height);
  for (const polygon of polygons)
    polygon.forEach((point, index) => {
      addEdge(areas, columns, polygon.at(index - 1) ?? point, point);
    });
  const shares = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let column = 0; column < width; column++) {
      sum += areas[row * columns + column] ?? 0;
      shares[row * width + column] = Math.min(1, Math.abs(sum));
    }
  }
  return { width, height, shares };
}

function addEdge(areas: Float32Array, columns: number, [x0, y0]: Point, [x1, y1]: Point): void {
  const cuts = [0, ...crossings(x0, x1), ...crossings(y0, y1), 1].sort((a, b) => a - b);
  for (let index = 1; index < cuts.length; index++) {
    const [from = 0, to = 0] = cuts.slice(index - 1, index + 1);
    const x = x0 + ((x1 - x0) * (from + to)) / 2;
    const y = y0 + ((y1 - y0) * (from + to)) / 2;
    const rise = (y1 - y0) * (to - from);
    const column = Math.floor(x);
    const cell = Math.floor(y) * columns + column;
    areas[cell] = (areas[cell] ?? 0) + rise * (column + 1 - x);
    areas[cell + 1] = (areas[cell + 1] ?? 0) + rise * (x - column);
  }
}

/** Where between 0 and 1 the way from a to b passes whole numbers. */
function crossings(a: number, b: number): number[] {
  const first = Math.floor(Math.min(a, b)) + 1;
  const last = Math.ceil(Math.max(a, b)) - 1;
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index - a) / (b - a));
}
