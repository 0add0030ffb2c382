import { AttributionError } from '@vitrum/core';
import { connected } from './connected';
import { toLab } from './lab';

/** Pixels as a browser's `ImageData` has them: RGBA, 8 bits a channel, row by row. */
export interface SegmentedPicture {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

export interface SuperpixelsOptions {
  /** About how many. */
  readonly count: number;
  /** How much place weighs against colour: more makes them rounder. @defaultValue 10 */
  readonly compactness?: number;
}

interface Centre {
  l: number;
  a: number;
  b: number;
  x: number;
  y: number;
}

const rounds = 10;

/**
 * Cuts a picture into about `count` connected parts of like colour: for every pixel, row by row, the number of its part, from
 * 0 without gaps. A mask for `features`, once it is a tensor of shape [1, height, width, 1]. Nothing is drawn at random.
 *
 * k-means over (L, a, b, x, y) with centres that look no further than the distance between them: D² = |Δ Lab|² + (m / S)² |Δ xy|²,
 * m the compactness and S² the pixels of a part.
 *
 * @throws AttributionError `inputs` unless the data are RGBA, `option` unless `count` is a positive whole number and `compactness` positive
 * @see Achanta et al. 2012, SLIC Superpixels Compared to State-of-the-Art Superpixel Methods, §3
 */
export function superpixels(picture: SegmentedPicture, { count, compactness = 10 }: SuperpixelsOptions): Int32Array {
  check(count, compactness);
  const { width, height, data } = picture;
  if (data.length !== width * height * 4)
    throw new AttributionError('inputs', {
      got: `${data.length} numbers for a picture of ${width} × ${height} pixels`,
      expected: `${width * height * 4}: red, green, blue and alpha of each`,
      fix: 'Pass the `data` of an `ImageData`, or a picture of @vitrum/visualization.',
    });
  const lab = toLab(data, width * height);
  const spacing = Math.max(1, Math.sqrt((width * height) / count));
  const grid = gridOf(width, height, count, spacing);
  const centres = seeds(lab, width, height, grid);
  const placeWeight = (compactness / spacing) ** 2;
  const nearest = new Int32Array(width * height);
  for (let round = 0; round < rounds; round++) {
    assign(nearest, centres, { lab, width, height, reach: grid.distance, placeWeight });
    if (!moveToMeans(centres, nearest, lab, width)) break;
  }
  return connected(nearest, width, height, (spacing * spacing) / 4);
}

function check(count: number, compactness: number): void {
  if (Number.isInteger(count) && count > 0 && compactness > 0 && Number.isFinite(compactness)) return;
  throw new AttributionError('option', {
    got: `superpixels with count ${count} and compactness ${compactness}`,
    expected: 'a positive whole count and a positive compactness',
    fix: 'Try a count of 50; leave compactness out for 10.',
  });
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Pixels from one centre to the next. */
  readonly distance: number;
}

/** Squares with sides of about `spacing`; where the picture is thinner than one, `count` pieces of its length. */
function gridOf(width: number, height: number, count: number, spacing: number): Grid {
  const pieces = Math.min(Math.max(width, height), count);
  if (width < spacing) return { columns: 1, rows: pieces, distance: height / pieces };
  if (height < spacing) return { columns: pieces, rows: 1, distance: width / pieces };
  return { columns: Math.round(width / spacing), rows: Math.round(height / spacing), distance: spacing };
}

/** Centres on a grid, each moved to the pixel around it where the picture changes least, so that none begins on an edge. */
function seeds(lab: Float32Array, width: number, height: number, { columns, rows }: Grid): Centre[] {
  const change = (x: number, y: number) => {
    const at = (column: number, row: number) =>
      3 * (Math.min(Math.max(row, 0), height - 1) * width + Math.min(Math.max(column, 0), width - 1));
    const between = (one: number, other: number) =>
      [0, 1, 2].reduce((sum, c) => sum + ((lab[one + c] ?? 0) - (lab[other + c] ?? 0)) ** 2, 0);
    return between(at(x + 1, y), at(x - 1, y)) + between(at(x, y + 1), at(x, y - 1));
  };
  return Array.from({ length: columns * rows }, (_, i) => {
    const x = Math.floor((((i % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(i / columns) + 0.5) * height) / rows);
    let best = { x, y, change: change(x, y) };
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
      for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
        const here = change(column, row);
        if (here < best.change) best = { x: column, y: row, change: here };
      }
    const at = 3 * (best.y * width + best.x);
    return { l: lab[at] ?? 0, a: lab[at + 1] ?? 0, b: lab[at + 2] ?? 0, x: best.x, y: best.y };
  });
}

interface Surroundings {
  readonly lab: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly reach: number;
  readonly placeWeight: number;
}

/** Gives every pixel the nearest centre among those within reach of it; a pixel that all are further from keeps what it had. */
function assign(nearest: Int32Array, centres: readonly Centre[], around: Surroundings): void {
  const { lab, width, height, reach, placeWeight } = around;
  const distances = new Float64Array(nearest.length).fill(Infinity);
  centres.forEach(({ l, a, b, x, y }, centre) => {
    for (let row = Math.max(0, Math.ceil(y - reach)); row <= Math.min(height - 1, y + reach); row++)
      for (let column = Math.max(0, Math.ceil(x - reach)); column <= Math.min(width - 1, x + reach); column++) {
        const pixel = row * width + column;
        const colour =
          ((lab[3 * pixel] ?? 0) - l) ** 2 +
          ((lab[3 * pixel + 1] ?? 0) - a) ** 2 +
          ((lab[3 * pixel + 2] ?? 0) - b) ** 2;
        const distance = colour + placeWeight * ((column - x) ** 2 + (row - y) ** 2);
        if (distance >= (distances[pixel] ?? 0)) continue;
        distances[pixel] = distance;
        nearest[pixel] = centre;
      }
  });
}

/** Moves every centre to the mean of its pixels. @returns whether one moved by a pixel in a hundred or more */
function moveToMeans(centres: Centre[], nearest: Int32Array, lab: Float32Array, width: number): boolean {
  const sums = centres.map(() => ({ l: 0, a: 0, b: 0, x: 0, y: 0, n: 0 }));
  nearest.forEach((centre, pixel) => {
    const sum = sums[centre];
    if (!sum) return;
    sum.l += lab[3 * pixel] ?? 0;
    sum.a += lab[3 * pixel + 1] ?? 0;
    sum.b += lab[3 * pixel + 2] ?? 0;
    sum.x += pixel % width;
    sum.y += Math.floor(pixel / width);
    sum.n++;
  });
  let moved = false;
  sums.forEach(({ n, ...sum }, i) => {
    const before = centres[i];
    if (n === 0 || !before) return;
    const after = { l: sum.l / n, a: sum.a / n, b: sum.b / n, x: sum.x / n, y: sum.y / n };
    moved ||= Math.abs(after.x - before.x) + Math.abs(after.y - before.y) >= 0.01;
    centres[i] = after;
  });
  return moved;
}
