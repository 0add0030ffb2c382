import { expect, test } from 'vitest';
import { main } from './command';
import { failed, reportLines, summaryLine } from './report';

async function told(...args: string[]): Promise<{ status: number; lines: string[] }> {
  const lines: string[] = [];
  return { status: await main(args, (line) => lines.push(line)), lines };
}

test('prints a row for a kernel and a last line, with the number of checks', async () => {
  const { status, lines } = await told('--backend', 'cpu', '--kernel', 'Softmax');
  expect(status).toBe(0);
  expect(lines).toEqual([
    expect.stringMatching(/^kernel +checks +worst/),
    expect.stringMatching(/^Softmax +23 +0\.\d{3} +PASS$/),
    expect.stringMatching(/^cpu: 1 kernels, 23 checks, worst error 0\.\d{3} of its tolerance, .* all PASS$/),
  ]);
});

test('explains itself', async () => {
  expect(await told('--help')).toMatchObject({ status: 0, lines: [expect.stringContaining('usage: gradcheck')] });
});

test('does not know every kernel and backend', async () => {
  await expect(told('--kernel', 'Sofmax')).rejects.toThrow(
    'no gradient rule of a kernel "Sofmax" to check; docs/kernels.md lists them',
  );
  await expect(told('--backend', 'abacus')).rejects.toThrow('unknown backend "abacus"; there are cpu, wasm, node');
  await expect(told('--colour', 'blue')).rejects.toThrow('--colour');
});

test('calls nothing passed that was not checked', async () => {
  await expect(told('--backend', 'wasm', '--kernel', 'FFT')).rejects.toThrow('nothing was compared');
});

test('says what is wrong below a kernel that fails, and counts it', () => {
  const report = { kernel: 'Neg', checks: 3, excepted: 1, worst: 7.5, problems: ['x[7] {}: to x 1, numerically -1'] };
  expect(failed(report)).toBe(true);
  expect(reportLines(report)).toEqual([
    expect.stringMatching(/^Neg +3 +7\.500 +FAIL$/),
    '    x[7] {}: to x 1, numerically -1',
  ]);
  expect(summaryLine('cpu', [report])).toMatch(/1 calls left out.*1 kernels FAIL$/);
  expect(failed({ ...report, checks: 0, problems: [] })).toBe(true);
  const skipped = { kernel: 'FFT', checks: 0, excepted: 0, worst: 0, problems: [], skipped: 'wasm has no FFT' };
  expect(failed(skipped)).toBe(false);
  expect(reportLines(skipped)).toEqual([expect.stringContaining('not checked: wasm has no FFT')]);
});
