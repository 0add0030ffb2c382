import { expect, test } from 'vitest';
import * as published from '../../src';
import { laws } from '../../src/conformance/laws';
import { readPage } from '../../src/page';
import './midpoint-gradient';

const readme = await readPage(new URL('../../README.md', import.meta.url));

test('the README names everything that the package exports, and every law', () => {
  for (const name of [...Object.keys(published), ...Object.keys(laws)]) expect(readme.text).toContain(name);
});
