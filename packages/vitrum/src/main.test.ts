import { expect, test, vi } from 'vitest';
import { ownVersion } from './cli/versions';
import { main } from './main';

/** What the command says on stdout or stderr, and its exit code. */
async function said(stream: NodeJS.WriteStream, ...args: string[]): Promise<readonly [code: number, text: string]> {
  const lines: unknown[] = [];
  const write = vi.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(chunk) > 0);
  const code = await main(args).finally(() => write.mockRestore());
  return [code, lines.join('')];
}

test('says its version', async () => {
  const version = `${await ownVersion()}\n`;
  for (const option of ['--version', '-V']) expect(await said(process.stdout, option)).toEqual([0, version]);
});

test('points to the help where nothing is like what was asked', async () => {
  expect(await said(process.stderr, 'explain', '--zzzzzzz')).toEqual([
    2,
    "vitrum: unknown option '--zzzzzzz'; --help lists what there is\n",
  ]);
  expect(await said(process.stderr, 'methods', 'foo')).toEqual([
    2,
    'vitrum: Got method "foo"; expected a method that `vitrum methods` lists. Run it without a name.\n',
  ]);
});

test('does not mean a folder by the folder that was named', async () => {
  const [code, text] = await said(process.stderr, 'explain', import.meta.dirname);
  expect(code).toBe(2);
  expect(text).toMatch(/which is a folder; .* Name the pictures in it\.\n$/);
});
