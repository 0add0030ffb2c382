import { expect, test } from 'vitest';
import { hints } from './hints';
import type { ExplanationRecord } from './record';
import type { Terminal } from './terminal';

/** What is said of the files of one photograph. */
const said = (...files: string[]): string => saidOf(files);

/** What is said of the files of several photographs. */
function saidOf(...photographs: readonly string[][]): string {
  const lines: string[] = [];
  const plain = (_: unknown, text: string) => text;
  const terminal = { talk: (line: string) => lines.push(line), style: { talk: plain, result: plain } };
  // Nothing else of the two is used.
  const records = photographs.map((files) => ({ files }) as unknown as ExplanationRecord);
  hints(terminal as unknown as Terminal, records, false);
  return lines.join('\n');
}

test('counts the files beside those that it names', () => {
  const two = said('report.html', 'explanation.png', 'a.png', 'b.png');
  expect(two).toMatch(/Open {2}file:.*report\.html\n {2}and {3}explanation\.png; 2 more files are beside it$/);
  expect(said('explanation.png', 'a.png', 'b.png')).toMatch(/Open {2}explanation\.png; 2 more files are beside it$/);
});

test('speaks of no other files where there are none', () => {
  expect(said('report.html', 'explanation.png')).not.toContain('more');
  expect(said('explanation.svg')).toMatch(/Open {2}explanation\.svg$/);
});

test('names the report of every photograph', () => {
  const lines = saidOf(['out/a/explanation.png', 'out/a/report.html'], ['out/b/report.html', 'out/b/x.png']).split(
    '\n',
  );
  expect(lines.slice(1)).toEqual([
    expect.stringMatching(/^ {2}Open {2}file:.*out\/a\/report\.html$/),
    expect.stringMatching(/^ {2}and {3}file:.*out\/b\/report\.html$/),
    '        2 more files are in their folders',
  ]);
});
