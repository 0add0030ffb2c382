import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPage } from '@vitrum/testing/internal';
import { decodePng } from '@vitrum/visualization';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '../src/main';
import { shares } from './example';

const readme = await readPage(new URL('../README.md', import.meta.url));

// The example of the front page writes into the working directory.
const [home, folder] = [process.cwd(), await mkdtemp(join(tmpdir(), 'vitrum-front-page-'))];
process.chdir(folder);
await import('./front-page').finally(() => process.chdir(home));
afterAll(() => rm(folder, { recursive: true }));

test('the example of the front page draws why the cat is a cat', async () => {
  const { width, height, data } = decodePng(await readFile(join(folder, 'why.png')));
  expect([width, height]).toEqual([224, 224]);
  // Red speaks for the cat, blue against it, grey says nothing: there is some of each.
  const red = Array.from({ length: width * height }, (_, i) => (data[4 * i] ?? 0) - (data[4 * i + 2] ?? 0));
  const share = (is: (red: number) => boolean) => red.filter(is).length / red.length;
  expect(share((red) => red > 20)).toBeGreaterThan(0.01);
  expect(share((red) => red < -20)).toBeGreaterThan(0.01);
  expect(share((red) => Math.abs(red) < 10)).toBeGreaterThan(0.01);
});

test('the example of the README gives what it says', () => {
  expect(Array.from(shares)).toEqual([expect.closeTo(3, 5), expect.closeTo(3, 5)]);
});

test.each([[[]], [['explain']]])('the README shows what %j --help says', async (command) => {
  const said: unknown[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => said.push(chunk) > 0);
  const code = await main([...command, '--help']).finally(() => write.mockRestore());
  expect(code).toBe(0);
  expect(readme.blocks('text')).toContain(said.join(''));
});
