// Writes src/text/inter-*.ts: the outlines of Inter for the characters below, so that text can be drawn without a font file.
//
//   node scripts/make-glyphs.mjs

import { readFileSync, writeFileSync } from 'node:fs';
import opentype from 'opentype.js';

const files = new URL('./files/', import.meta.resolve('@fontsource/inter/package.json'));
const between = (first, last) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));
const latin = [...between(0x20, 0x7e), ...between(0xa0, 0xac), ...between(0xae, 0xff), ...'–—‘’“”•…−'];
// Formulas are full of it: εγ-box, Σφ.
const greek = [...'ΓΔΘΛΠΣΦΨΩαβγδεζηθκλμνξπρστφχψω'];
const characters = [...latin, ...greek];

/** The path with every point as its distance from the one before, which packs into three quarters. */
function stepwise(path) {
  const pen = [0, 0];
  let axis = 1;
  return path
    .replace(/ ?(-?\d+)/g, (_, number) => {
      axis = 1 - axis;
      const step = Number(number) - pen[axis];
      pen[axis] += step;
      return ` ${step}`;
    })
    .replace(/([MLQ]) | (?=-)/g, '$1');
}

const read = (subset, weight) => {
  const bytes = readFileSync(new URL(`inter-${subset}-${weight}-normal.woff`, files));
  return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

for (const [name, weight] of [
  ['regular', 400],
  ['semibold', 600],
]) {
  const fonts = [read('latin', weight), read('greek', weight)];
  const lines = characters.map((character) => {
    const font = fonts.find((candidate) => candidate.charToGlyphIndex(character) > 0);
    if (!font) throw new Error(`No glyph for ${character}`);
    const glyph = font.charToGlyph(character);
    const advance = Math.round((glyph.advanceWidth * 1000) / font.unitsPerEm);
    const path = glyph.getPath(0, 0, 1000).toPathData(0);
    return `${character.codePointAt(0).toString(16)} ${advance} ${stepwise(path)}`.trim();
  });
  const identifier = `inter${name[0].toUpperCase()}${name.slice(1)}`;
  writeFileSync(
    new URL(`../src/text/inter-${name}.ts`, import.meta.url),
    `// Made by scripts/make-glyphs.mjs from Inter, copyright 2016 The Inter Project Authors, SIL Open Font License 1.1 (LICENSE-Inter).

/** A line for each character: its code point in hexadecimal digits, its advance and its outline, every point as its distance from the one before. */
export const ${identifier}: string = \`
${lines.join('\n')}
\`;
`,
  );
}
