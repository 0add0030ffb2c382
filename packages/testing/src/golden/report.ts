import type { CaseResult } from './run';

const word = { passed: 'PASS', failed: 'FAIL', skipped: 'SKIP' } as const;

const short = (value: number): string => (Number.isNaN(value) ? '-' : value === 0 ? '0' : value.toExponential(1));

/** One line: name, max abs error, max rel error, model rows, ms, PASS or FAIL and why. */
export function reportLine({ name, absolute, relative, rows, milliseconds, status, problems }: CaseResult): string {
  const numbers = [short(absolute), short(relative), `${rows} rows`, `${Math.round(milliseconds)} ms`];
  const widths = [8, 8, 11, 10];
  const columns = numbers.map((text, i) => text.padStart(widths[i] ?? 0)).join(' ');
  // An error's message may have several lines.
  const why = problems.length > 0 ? `  ${problems.join('; ').replace(/\s+/g, ' ')}` : '';
  return `${name.padEnd(58)} ${columns}  ${word[status]}${why}`;
}

/** `N passed, N failed`, with `, N skipped` where there are any. */
export function summaryLine(results: readonly CaseResult[]): string {
  const count = (status: CaseResult['status']) => results.filter((result) => result.status === status).length;
  const skipped = count('skipped');
  return `${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
