import type { AttributionMethod } from '@vitrum/core';
import { wrong } from '../errors';
import type { Network } from '../network/network';
import { rangeOf } from '../network/scale';
import {
  checkOptions,
  didYouMean,
  type MethodEntry,
  methodEntries,
  type Option,
  readOption,
  type WrapperEntry,
  wrapperEntries,
} from '../registry';

/** A method that was asked for, with all its options settled. */
export interface AskedMethod {
  /** As it is asked for: `smoothGrad:gradient`. */
  readonly name: string;
  /** As files are called: `smooth-grad-gradient`. */
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly paper?: string;
  readonly method: AttributionMethod;
  /** Whether it takes many rows, so that threads help. */
  readonly many: boolean;
  /** All that count; those of the method inside another as `of.steps`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Those that are not the default, in few words: `steps 200`. */
  readonly detail: string;
}

/** The three methods of the walk-through: along a path, by covering up, inside the network. */
const walkThrough = ['integratedGradients', 'occlusion', 'gradCam'] as const;

type Settings = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * Methods by their names, and the options set for them. A method around another is `smoothGrad:gradient`. What nobody sets
 * fits a photograph: windows and patches grow with it, and noise with the range of the inputs.
 *
 * @param names as they were asked for; the walk-through if left out
 * @param set such as `integratedGradients.steps=100`
 * @throws AttributionError `method`, `option`, with the closest names
 */
export function askedMethods(
  names: readonly string[] | undefined,
  set: readonly string[],
  network: Network,
  layer: string | undefined,
): readonly AskedMethod[] {
  const asked = (names ?? walkThrough).map((name) => name.split(':').map((part) => knownName(part)));
  const settings = settingsOf(set, asked.flat());
  const walking: Settings = names ? new Map() : new Map([['integratedGradients', { steps: 200 }]]);
  return asked.map((chain) => {
    const parts = chain.map((name) => {
      const entry = entryOf(name);
      const options = {
        ...beginnings(name, entry, network, layer),
        ...walking.get(name),
        ...settings.get(name),
      };
      checkOptions(name, entry, options);
      return { name, entry, options };
    });
    return assembled(chain, parts);
  });
}

function assembled(
  chain: readonly string[],
  parts: readonly { name: string; entry: MethodEntry | WrapperEntry; options: Record<string, unknown> }[],
): AskedMethod {
  const [last, ...around] = [...parts].reverse();
  const inner = last && methodEntries[last.name];
  if (!last || !inner)
    throw wrong(
      'method',
      `method ${chain.join(':')}`,
      `a method behind ${chain.at(-1)}, which is made of another`,
      `Write ${chain.join(':')}:gradient, for example.`,
    );
  const method = around.reduce((made, { name, options }) => {
    const wrapper = wrapperEntries[name];
    if (!wrapper)
      throw wrong(
        'method',
        `method ${chain.join(':')}`,
        `only methods of methods before a colon: ${Object.keys(wrapperEntries).join(', ')}`,
        'Put commas between methods.',
      );
    return wrapper.make(made, options);
  }, inner.make(last.options));
  const [outer] = parts;
  const paper = outer?.entry.paper;
  return {
    name: chain.join(':'),
    id: chain.map(fileName).join('-'),
    title: parts.map(({ entry }) => entry.title).join(' of '),
    summary: outer?.entry.summary ?? '',
    ...(paper !== undefined && { paper }),
    method,
    many: parts.some(({ entry }) => entry.many),
    options: Object.fromEntries(
      parts.flatMap(({ entry, options }, depth) => namedApart(depth, counting(entry, options))),
    ),
    detail: parts
      .flatMap(({ options }, depth) => namedApart(depth, options))
      .map(([option, value]) => `${option} ${spoken(value)}`)
      .join(', '),
  };
}

/** Options under names that methods around each other, which may have the same, do not share: `noise`, `of.noise`. */
const namedApart = (depth: number, options: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(options).map(([option, value]) => ['of.'.repeat(depth) + option, value]);

const entryOf = (name: string): MethodEntry | WrapperEntry => {
  const entry = methodEntries[name] ?? wrapperEntries[name];
  if (!entry) throw new Error(`${name} was known a moment ago`);
  return entry;
};

/** `integrated-gradients` and `IntegratedGradients` will do. */
function knownName(given: string): string {
  const names = [...Object.keys(methodEntries), ...Object.keys(wrapperEntries)];
  const plain = (name: string) => name.replace(/[-_\s]/g, '').toLowerCase();
  const found = names.find((name) => plain(name) === plain(given));
  if (found !== undefined) return found;
  throw wrong(
    'method',
    `method "${given}"`,
    'a method that `vitrum methods` lists',
    didYouMean(given, names, 'Choose one of those.'),
  );
}

function settingsOf(set: readonly string[], asked: readonly string[]): Settings {
  const settings = new Map<string, Record<string, unknown>>();
  for (const text of set) {
    const [, given, option, value] = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text) ?? [];
    if (given === undefined || option === undefined || value === undefined)
      throw wrong(
        'option',
        `--set "${text}"`,
        'method.option=value, such as integratedGradients.steps=100',
        'See `vitrum methods`.',
      );
    const name = knownName(given);
    if (!asked.includes(name))
      throw wrong(
        'option',
        `--set ${text}`,
        `a method that was asked for: ${asked.join(', ')}`,
        `Add it with --method ${name}.`,
      );
    settings.set(name, { ...settings.get(name), [option]: readOption(name, entryOf(name), option, value) });
  }
  return settings;
}

/** What fits a photograph of the network's size, where the default of the method does not. */
function beginnings(
  name: string,
  { options }: MethodEntry | WrapperEntry,
  { size: { height, width, channels }, scale }: Network,
  layer: string | undefined,
): Record<string, unknown> {
  if (name === 'occlusion') {
    const part = (share: number) => [
      ...[height, width].map((n) => Math.max(1, Math.round((n * share) / 224))),
      channels,
    ];
    return { window: part(15), strides: part(8) };
  }
  if (name in wrapperEntries) return { noise: Number((0.15 * rangeOf(scale)).toPrecision(2)) };
  const at = Object.entries<Option>(options).find(([, { type }]) => type === 'layer');
  return at && layer !== undefined ? { [at[0]]: layer } : {};
}

/** The options and the defaults of the others, without those that count only with options that are not there. */
function counting(
  { options }: MethodEntry | WrapperEntry,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries<Option>(options);
  const all = {
    ...Object.fromEntries(entries.flatMap(([name, option]) => ('default' in option ? [[name, option.default]] : []))),
    ...given,
  };
  const counts = ({ onlyWith = {} }: Option) => Object.entries(onlyWith).every(([name, value]) => all[name] === value);
  return Object.fromEntries(
    entries.flatMap(([name, option]) => (name in all && counts(option) ? [[name, all[name]]] : [])),
  );
}

/** A value as people write it: `15 × 15 × 3`. */
export const spoken = (value: unknown): string =>
  Array.isArray(value) && value.every((one) => typeof one === 'number')
    ? value.join(' × ')
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);

const fileName = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
