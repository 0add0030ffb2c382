import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpu } from '@vitrum/backend-cpu';
import { wasm } from '@vitrum/backend-wasm';
import { AttributionError, type Backend, useBackend } from '@vitrum/core';
import { chelsea224 } from '@vitrum/efficientnet-lite0';
import { encodePng } from '@vitrum/visualization';
import { type ExplainEvent, type Explanation, explain } from './explain';
import { readPhoto } from './photo';

const usage = `vitrum explain [photo]     What did the network look at?

  photo               a PNG or JPEG file (default: a cat)
  --out <folder>      where the pictures go (default: vitrum-pictures)
  --target <class>    the class to explain, 0 to 999 (default: the predicted one)
  --layer <node>      where Grad-CAM looks (default: blocks/10/add)
  --backend <name>    wasm, cpu or node (default: wasm)
  --help              this text
`;

const backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = { cpu, wasm, node };

/** Runs the command line. Returns the exit code: 0, or 2 for arguments or files it cannot use. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [command, photo, ...rest] = positionals;
    if (values.help || command === undefined) {
      process.stdout.write(usage);
      return values.help ? 0 : 2;
    }
    if (command !== 'explain' || rest.length > 0) throw wrong(`"${positionals.join(' ')}"`, '`vitrum explain [photo]`');
    await run({ ...values, ...(photo !== undefined && { photo }) });
    return 0;
  } catch (error) {
    if (!(error instanceof AttributionError)) throw error;
    process.stderr.write(`vitrum: ${error.message}\n`);
    return 2;
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'vitrum-pictures' },
        target: { type: 'string' },
        layer: { type: 'string' },
        backend: { type: 'string', default: 'wasm' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw wrong(`"${args.join(' ')}"`, 'the options that --help lists', cause);
  }
}

function wrong(got: string, expected: string, cause?: unknown): AttributionError {
  return new AttributionError('option', { got, expected, fix: 'See vitrum --help.', cause });
}

async function run(options: {
  photo?: string;
  out: string;
  target?: string;
  layer?: string;
  backend: string;
}): Promise<void> {
  const { photo, out, layer } = options;
  const backend = Object.entries(backends).find(([name]) => name === options.backend)?.[1];
  if (!backend) throw wrong(`backend "${options.backend}"`, Object.keys(backends).join(', '));
  const target = options.target === undefined ? undefined : Number(options.target);
  if (target !== undefined && !(Number.isInteger(target) && target >= 0 && target < 1000)) {
    throw wrong(`target "${options.target}"`, 'a whole number from 0 to 999');
  }
  const picture = await readPhoto(photo ?? chelsea224);
  await useBackend(await backend());
  print(`\nEfficientNet-Lite0 on ${options.backend} looks at ${photo ?? 'Chelsea, a cat'}\n`);
  const report = await explain(picture, {
    ...(target !== undefined && { target }),
    ...(layer !== undefined && { layer }),
    onEvent: tell,
  });
  await mkdir(out, { recursive: true });
  const files = [
    ['explanation', report.sheet] as const,
    ...report.explanations.flatMap(({ name, drawings }) =>
      Object.entries(drawings).map(([kind, drawing]) => [`${name}-${kind}`, drawing.picture] as const),
    ),
  ];
  for (const [name, picture] of files) await writeFile(join(out, `${name}.png`), encodePng(picture));
  print(`\n  ${join(out, 'explanation.png')} shows it all; ${files.length - 1} single pictures are beside it.\n`);
}

/** An optional peer: it brings native code, which has to be built where it runs. */
async function node(): Promise<Backend> {
  try {
    return (await import('@vitrum/backend-node')).node();
  } catch (cause) {
    throw new AttributionError('backend', {
      got: 'backend "node" without the package @vitrum/backend-node',
      expected: 'it beside vitrum',
      fix: 'npm install @vitrum/backend-node @tensorflow/tfjs-node, or --backend wasm.',
      cause,
    });
  }
}

function tell(event: ExplainEvent): void {
  switch (event.kind) {
    case 'predicted':
      for (const { label, index, probability } of event.predictions) {
        print(`  ${(probability * 100).toFixed(1).padStart(5)} %  ${label.padEnd(20)} ${String(index).padStart(4)}`);
      }
      print('');
      return;
    case 'progress':
      if (process.stdout.isTTY)
        process.stdout.write(`\r  ${event.title.padEnd(22)} ${Math.floor((100 * event.done) / event.total)} % `);
      return;
    case 'explained':
      if (process.stdout.isTTY) process.stdout.write('\r');
      print(line(event.explanation));
      for (const note of event.explanation.notes) print(`    ${note}`);
  }
}

function line({ title, seconds, rows, completeness }: Explanation): string {
  const complete =
    completeness &&
    `Σφ = S(photo) − S(grey) = ${completeness.difference.toFixed(3)} within ${Math.abs(completeness.delta).toFixed(3)}`;
  return `  ${title.padEnd(22)} ${seconds.toFixed(1).padStart(5)} s  ${String(rows).padStart(4)} model rows${complete ? `   ${complete}` : ''}`;
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);
