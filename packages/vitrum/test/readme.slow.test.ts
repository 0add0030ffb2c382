import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../src/main';

const [home, folder] = [process.cwd(), await mkdtemp(join(tmpdir(), 'vitrum-explain-'))];
afterAll(() => rm(folder, { recursive: true }));

test('the README shows what `vitrum explain` says, but for the seconds', async () => {
  const said: unknown[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => said.push(chunk) > 0);
  process.chdir(folder);
  const code = await main(['explain']).finally(() => {
    process.chdir(home);
    write.mockRestore();
  });
  expect(code).toBe(0);
  const timeless = (output: string) => output.replace(/ +\d+\.\d s /g, ' … s ');
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const shown = /^\$ npx vitrum explain\n([^`]*)```/m.exec(readme)?.[1] ?? '';
  expect(timeless(said.join('').trim())).toBe(timeless(shown.trim()));
  expect(await readdir(join(folder, 'vitrum-pictures'))).toHaveLength(19);
});
