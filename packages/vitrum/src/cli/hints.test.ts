import { expect, test } from 'vitest';
import { hints } from './hints';
import type { ExplanationRecord } from './record';
import type { Terminal } from './terminal';

/** What is said of these files. */
function said(...files: string[]): string {
  const lines: string[] = [];
  const plain = (_: unknown, text: string) => text;
  const terminal = { talk: (line: string) => lines.push(line), style: { talk: plain, result: plain } };
  // Nothing else of the two is used.
  hints(terminal as unknown as Terminal, [{ files } as unknown as ExplanationRecord], false);
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
