import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openBackend } from '../backends';
import type { Registry } from './call';
import { findCases } from './case';
import { modelStore } from './models';
import { reportLine, summaryLine } from './report';
import { type CaseResult, runCase } from './run';

const usage = `usage: golden <folder> [--backend wasm|cpu|node] [--filter text] [--require a,b]

  --backend   where the model runs (default wasm)
  --filter    run only cases whose path contains this text
  --require   methods that must be registered; without it the cases of an unregistered method are skipped`;

/** Runs every golden case below a folder. Returns the exit status. */
export async function main(
  args: readonly string[],
  registry: Registry,
  print: (line: string) => void,
): Promise<number> {
  const { values: options, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'wasm' },
      filter: { type: 'string', default: '' },
      require: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    print(usage);
    return 0;
  }
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new Error(`expected one folder\n${usage}`);
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw new Error(`"${folder}" is not a folder`);
  await openBackend(options.backend);
  const cases = await findCases(folder, options.filter);
  if (cases.length === 0) {
    throw new Error(`no *.case.json below "${folder}"${options.filter && ` whose path contains "${options.filter}"`}`);
  }
  const required = options.require.split(',').filter((name) => name !== '');
  const absent = required.filter(
    (name) => !(Object.hasOwn(registry.methods, name) || Object.hasOwn(registry.wrappers, name)),
  );
  const models = modelStore();
  const results: CaseResult[] = [];
  for (const file of cases) {
    const result = await runCase(file, { registry, models, required });
    print(reportLine(result));
    results.push(result);
  }
  await models.dispose();
  if (absent.length > 0) print(`required but not registered: ${absent.join(', ')}`);
  print(summaryLine(results));
  return absent.length > 0 || results.some(({ status }) => status === 'failed') ? 1 : 0;
}
