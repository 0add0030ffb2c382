import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { kernelsPage } from '../scripts/kernels-page';

test('docs/kernels.md says what the code does; `npm run kernels` writes it anew', async () => {
  const page = await readFile(new URL('../../../docs/kernels.md', import.meta.url), 'utf8');
  expect(page).toBe(await kernelsPage());
});
