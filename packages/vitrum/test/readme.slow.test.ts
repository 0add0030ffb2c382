import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../src/main';

const [home, folder] = [process.cwd(), await mkdtemp(join(tmpdir(), 'vitrum-explain-'))];
afterAll(() => rm(folder, { recursive: true }));

test('the README shows what `vitrum explain` says, but for the seconds and the folder', async () => {
  const said: unknown[] = [];
  const hear = (stream: NodeJS.WriteStream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => said.push(chunk) > 0);
  const heard = [hear(process.stdout), hear(process.stderr)];
  process.chdir(folder);
  const code = await main(['explain']).finally(() => {
    process.chdir(home);
    for (const write of heard) write.mockRestore();
  });
  expect(code).toBe(0);
  const timeless = (output: string) =>
    output.replace(/ +\d+\.\d s /g, ' … s ').replace(/file:\S+\/vitrum-pictures/, 'file:vitrum-pictures');
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const shown = /^\$ npx vitrum explain\n([^`]*)```/m.exec(readme)?.[1] ?? '';
  expect(timeless(said.join('').trim())).toBe(timeless(shown.trim()));
  expect(await readdir(join(folder, 'vitrum-pictures'))).toHaveLength(20);
});
