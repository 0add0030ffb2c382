// Writes docs/gallery.md and docs/gallery/ from examples/.
//
//   tsx --conditions=source packages/visualization/scripts/make-gallery.ts [names]

import { mkdirSync, writeFileSync } from 'node:fs';
import { filesOf, gallery, galleryPage, kept } from '../test/gallery';

const names = process.argv.slice(2);
mkdirSync(kept, { recursive: true });
const figures = [];
for (const example of gallery) {
  const figure = await example.draw();
  figures.push({ example, figure });
  if (names.length > 0 && !names.includes(example.name)) continue;
  for (const [file, content] of Object.entries(filesOf(example.name, figure)))
    writeFileSync(new URL(file, kept), content);
}
writeFileSync(new URL('../gallery.md', kept), galleryPage(figures));
