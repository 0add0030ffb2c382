import { interRegular } from './inter-regular';
import { interSemibold } from './inter-semibold';

/** A character's advance and outline: an SVG path of M, L and Q in thousandths of the font size, y downward, the baseline at 0. */
export type Glyph = readonly [advance: number, path: string];

export type Weight = 'regular' | 'semibold';

const sources: Record<Weight, string> = { regular: interRegular, semibold: interSemibold };
const fonts = new Map<Weight, ReadonlyMap<string, string>>();
const glyphs = new Map<string, Glyph>();

/** The lines of a weight by character, found when first asked for. */
function linesOf(weight: Weight): ReadonlyMap<string, string> {
  const known = fonts.get(weight);
  if (known) return known;
  const lines = sources[weight].trim().split('\n');
  const font = new Map(lines.map((line) => [String.fromCodePoint(Number.parseInt(line, 16)), line]));
  fonts.set(weight, font);
  return font;
}

/** The glyph of a line, with its points where they are: the file holds their distances from the one before. */
function read(line: string): Glyph {
  const [, advance = '', steps = ''] = /^\w+ (\d+) ?(.*)$/.exec(line) ?? [];
  const pen: [number, number] = [0, 0];
  let axis: 0 | 1 = 1;
  const path = steps.replace(/([MLQ]?) ?(-?\d+)/g, (_, command: string, step: string) => {
    axis = axis === 0 ? 1 : 0;
    pen[axis] += Number(step);
    return command || pen[axis] < 0 ? `${command}${pen[axis]}` : ` ${pen[axis]}`;
  });
  return [Number(advance), path];
}

/** An empty box, for characters of scripts that are not drawn. */
const missing: Glyph = [640, 'M80 0L80-700L560-700L560 0M140-60L500-60L500-640L140-640'];

/** The glyph of a character; one with an unknown accent is drawn without it, an unknown one as an empty box. */
export function glyphOf(character: string, weight: Weight): Glyph {
  const key = weight + character;
  const known = glyphs.get(key);
  if (known) return known;
  const lines = linesOf(weight);
  const line = lines.get(character) ?? lines.get(character.normalize('NFD').charAt(0));
  const glyph = line === undefined ? missing : read(line);
  glyphs.set(key, glyph);
  return glyph;
}

/** x and y of a point, in font sizes. */
export type Point = readonly [x: number, y: number];

const contours = new Map<string, readonly (readonly Point[])[]>();

/** The outline as polygons; each curve becomes six lines, which at the size of a title miss it by less than a tenth of a pixel. */
export function polygonsOf([, path]: Glyph): readonly (readonly Point[])[] {
  const known = contours.get(path);
  if (known) return known;
  const polygons = path.split('M').slice(1).map(flatten);
  contours.set(path, polygons);
  return polygons;
}

const linesPerCurve = 6;

function flatten(contour: string): Point[] {
  const points: Point[] = [];
  for (const [, command, numbers = ''] of `M${contour}`.matchAll(/([MLQ])([^MLQ]*)/g)) {
    const [a = 0, b = 0, c = 0, d = 0] = (numbers.match(/-?\d+/g) ?? []).map((number) => Number(number) / 1000);
    if (command !== 'Q') points.push([a, b]);
    else {
      const [x, y] = points.at(-1) ?? [0, 0];
      for (let step = 1; step <= linesPerCurve; step++) {
        const t = step / linesPerCurve;
        const [start, middle, end] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
        points.push([start * x + middle * a + end * c, start * y + middle * b + end * d]);
      }
    }
  }
  return points;
}
