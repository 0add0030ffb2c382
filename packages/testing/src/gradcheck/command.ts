import { parseArgs } from 'node:util';
import { gradients } from '@vitrum/core/gradients';
import { openBackend } from '../backends';
import { backendNames } from '../backends-here';
import { gradientCases } from '../gradient-cases';
import { drawnCases } from '../gradient-cases/drawn';
import { checkKernel, type KernelReport } from './check-kernel';
import { failed, heading, reportLines, summaryLine } from './report';

const usage = `usage: gradcheck [--backend ${backendNames.join('|')}] [--kernel Name]

Compares every gradient rule in use on a backend with central finite differences of the backend's own kernel.

  --backend   where kernels run (default cpu)
  --kernel    only this kernel, such as AvgPool

Errors are in tolerances: a rule is wrong above 1. Exits with 1 if any is, with 2 if there is nothing to compare.`;

/** Runs the checks and prints a table of them. Returns the exit status. */
export async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      backend: { type: 'string', default: 'cpu' },
      kernel: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    print(usage);
    return 0;
  }
  const { kernels = {} } = await openBackend(options.backend);
  const table = { ...gradients, ...kernels };
  const known = Object.keys(table)
    .filter((kernel) => gradientCases[kernel] || drawnCases[kernel])
    .sort();
  const { kernel } = options;
  if (kernel !== undefined && !known.includes(kernel)) {
    throw new Error(`no gradient rule of a kernel "${kernel}" to check; docs/kernels.md lists them`);
  }
  print(heading());
  const reports: KernelReport[] = [];
  for (const name of kernel === undefined ? known : [kernel]) {
    const report = await checkKernel(name, options.backend, table, { fixed: gradientCases, drawn: drawnCases });
    for (const line of reportLines(report)) print(line);
    reports.push(report);
  }
  if (reports.every(({ skipped }) => skipped !== undefined)) throw new Error('nothing was compared');
  print(summaryLine(options.backend, reports));
  return reports.some(failed) ? 1 : 0;
}
