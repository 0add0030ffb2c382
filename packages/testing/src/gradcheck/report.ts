import type { KernelReport } from './check-kernel';

const columns = (kernel: string, checks: string, worst: string, verdict: string): string =>
  `${kernel.padEnd(36)} ${checks.padStart(6)}  ${worst.padStart(8)}  ${verdict}`;

export const heading = (): string => columns('kernel', 'checks', 'worst', '');

export const failed = ({ problems, checks, skipped }: KernelReport): boolean =>
  problems.length > 0 || (checks === 0 && skipped === undefined);

/** A row of the table; below it what is wrong, if anything. */
export function reportLines(report: KernelReport): string[] {
  const { kernel, checks, worst, problems, skipped } = report;
  if (skipped !== undefined) return [columns(kernel, '-', '-', `not checked: ${skipped}`)];
  const row = columns(kernel, String(checks), worst.toFixed(3), failed(report) ? 'FAIL' : 'PASS');
  return [row, ...problems.map((problem) => `    ${problem}`)];
}

export function summaryLine(backend: string, reports: readonly KernelReport[]): string {
  const checked = reports.filter(({ skipped }) => skipped === undefined);
  const count = checked.reduce((sum, { checks }) => sum + checks, 0);
  const wrong = checked.filter(failed).length;
  const worst = Math.max(0, ...checked.map((report) => report.worst));
  const skipped = reports.length - checked.length;
  return [
    `${backend}: ${checked.length} kernels, ${count} checks, worst error ${worst.toFixed(3)} of its tolerance`,
    `${reports.reduce((sum, { excepted }) => sum + excepted, 0)} calls left out (refused, or wrong on cpu too)`,
    `${skipped} kernels not checked`,
    wrong > 0 ? `${wrong} kernels FAIL` : 'all PASS',
  ].join(', ');
}
