import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStage } from './stage';

let here: string;
beforeEach(async () => {
  here = await mkdtemp(join(tmpdir(), 'vitrum-stage-'));
});
afterEach(() => rm(here, { recursive: true, force: true }));

test('files are in their places once all of them are whole', async () => {
  const stage = await openStage(join(here, 'a', 'b'));
  await stage.add('one.txt', 'one');
  expect(await readdir(join(here, 'a', 'b'))).not.toContain('one.txt');
  await stage.commit();
  await stage.discard();
  expect(await readdir(join(here, 'a', 'b'))).toEqual(['one.txt']);
  expect(await readFile(join(here, 'a', 'b', 'one.txt'), 'utf8')).toBe('one');
});

test('what is discarded leaves no folder that was made for it', async () => {
  const stage = await openStage(join(here, 'a', 'b'));
  await stage.add('one.txt', 'one');
  await stage.discard();
  expect(await readdir(here)).toEqual([]);
});

test('what is discarded takes nothing along that another put there meanwhile', async () => {
  const stage = await openStage(join(here, 'a', 'b'));
  await writeFile(join(here, 'a', 'other.txt'), 'another run');
  await stage.discard();
  expect(await readdir(join(here, 'a'))).toEqual(['other.txt']);
});
