import type { Model } from '@vitrum/core';
import { wrong } from '../errors';
import { type NetworkOptions, openNetwork } from '../network/network';
import {
  didYouMean,
  expected,
  type MethodEntry,
  methodEntries,
  type Option,
  type WrapperEntry,
  wrapperEntries,
} from '../registry';
import { backends, openBackend } from './backends';
import type { Terminal } from './terminal';

interface Listing {
  readonly json?: boolean;
}

/** `vitrum methods`: all in a line each, or one with its options. */
export function methodsCommand(name: string | undefined, { json }: Listing, terminal: Terminal): void {
  const all = { ...methodEntries, ...wrapperEntries };
  const names = Object.keys(all);
  if (name !== undefined && !Object.hasOwn(all, name))
    throw wrong(
      'method',
      `method "${name}"`,
      'a method that `vitrum methods` lists',
      didYouMean(name, names, 'Run it without a name.'),
    );
  const shown = Object.entries(all).filter(([key]) => name === undefined || key === name);
  if (json) {
    terminal.result(JSON.stringify(Object.fromEntries(shown), undefined, 2));
    return;
  }
  const { result } = terminal.style;
  const width = Math.max(...names.map(({ length }) => length));
  for (const [key, entry] of shown) {
    const around = key in wrapperEntries ? `${key}:` : key;
    terminal.result(`${result('bold', around.padEnd(width + 1))} ${entry.summary}`);
    if (name !== undefined) for (const line of detail(key, entry)) terminal.result(line);
  }
}

function detail(name: string, { paper, cost, options }: MethodEntry | WrapperEntry): readonly string[] {
  const about = [...(paper === undefined ? [] : [`  from   ${paper}`]), `  cost   ${cost}`];
  const entries = Object.entries<Option>(options);
  if (entries.length === 0) return [...about, '  It has no options.'];
  const width = Math.max(...entries.map(([key]) => key.length));
  const told = entries.map(([key, option]) => {
    const standard = 'default' in option && !option.required ? ` (default: ${JSON.stringify(option.default)})` : '';
    return `  --set ${`${name}.${key}=…`.padEnd(name.length + width + 5)} ${option.description}: ${expected(option)}${standard}`;
  });
  return [...about, ...told];
}

/** `vitrum layers`: what --layer and --neuron can name, in the order of execution. */
export async function layersCommand(options: NetworkOptions & Listing, terminal: Terminal): Promise<void> {
  await openBackend('wasm');
  const network = await openNetwork({ ...(options.model !== undefined && { model: options.model }) });
  try {
    const layers: Model['layers'] = network.model.layers;
    if (options.json) return terminal.result(JSON.stringify(layers, undefined, 2));
    const width = Math.max(...layers.map(({ name }) => name.length));
    const kinds = Math.max(...layers.map(({ kind }) => kind.length));
    for (const { name, kind, shape, shapes = shape ? [shape] : [] } of layers)
      terminal.result(
        `${name.padEnd(width)}  ${kind.padEnd(kinds)}  ${shapes.map((each) => `[${each.map((n) => n ?? '?').join(', ')}]`).join(' ')}`.trimEnd(),
      );
  } finally {
    network.dispose();
  }
}

/** Whether a backend starts here, and why not. */
export async function tryBackend(name: string): Promise<string | undefined> {
  try {
    await openBackend(name);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `vitrum backends`: which start here. */
export async function backendsCommand({ json }: Listing, terminal: Terminal): Promise<void> {
  const found: Record<string, { summary: string; works: boolean; reason?: string }> = {};
  for (const [name, { summary }] of Object.entries(backends)) {
    const reason = await tryBackend(name);
    found[name] = { summary, works: reason === undefined, ...(reason !== undefined && { reason }) };
  }
  if (json) return terminal.result(JSON.stringify(found, undefined, 2));
  for (const [name, { summary, works, reason }] of Object.entries(found)) {
    terminal.result(`${works ? 'works ' : 'absent'}  ${terminal.style.result('bold', name.padEnd(5))} ${summary}`);
    if (reason !== undefined) terminal.talk(terminal.style.talk('dim', `        ${reason}`));
  }
}
