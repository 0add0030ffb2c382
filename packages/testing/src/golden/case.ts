import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Numbers of a tensor: little-endian in `file`, or nested arrays in `value`. Without `dtype` float32. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly dtype?: 'float32' | 'int32';
  readonly file?: string;
  readonly value?: Nested;
}

export type Nested = number | readonly Nested[];

/** A list in the order of the model's inputs, or by name. */
export type Container<T> = readonly T[] | Readonly<Record<string, T>>;

export interface MethodData {
  readonly name: string;
  readonly options?: object;
  /** The method inside a wrapping one. */
  readonly of?: MethodData;
}

export interface SiteData {
  readonly layer: string;
  readonly side?: 'output' | 'input';
  readonly call?: number;
}

export type TargetData =
  | number
  | { readonly perExample: readonly (number | readonly number[])[] }
  | { readonly outputIndex: readonly number[] }
  | { readonly neuron: SiteData & { readonly index: number | readonly number[] } }
  | { readonly contrast: readonly [TargetData, TargetData] };

export type OneBaselineData = number | TensorData | { readonly distribution: TensorData };

/** A golden case as it stands in its file; README.md in the folder `golden` says what every field means. */
export interface GoldenCase {
  readonly name: string;
  readonly model: string;
  readonly inputs: Container<TensorData>;
  readonly method: MethodData;
  readonly target?: TargetData | null;
  readonly at?: SiteData | null;
  readonly baseline?: OneBaselineData | readonly OneBaselineData[] | null;
  readonly features?: TensorData | readonly TensorData[] | null;
  readonly seed?: number;
  readonly post?: {
    readonly interpolate: { readonly size: readonly [number, number]; readonly mode: 'nearest' | 'bilinear' };
  };
  readonly expect: { readonly values: Container<TensorData>; readonly convergenceDelta?: readonly number[] };
  readonly tolerance: { readonly atol: number; readonly rtol: number; readonly delta?: number };
  readonly statistical?: { readonly standardErrors: number; readonly atol: number };
}

/** A case and where it lies; paths inside it are relative to `folder`. */
export interface CaseFile {
  readonly path: string;
  readonly folder: string;
  readonly golden: GoldenCase;
}

/** Every `*.case.json` below `folder` whose path contains `filter`, sorted by path. */
export async function findCases(folder: string, filter = ''): Promise<CaseFile[]> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.case.json')).map((name) => join(folder, name));
  return Promise.all(
    paths
      .filter((path) => path.includes(filter))
      .sort()
      .map(readCase),
  );
}

async function readCase(path: string): Promise<CaseFile> {
  const golden: GoldenCase = JSON.parse(await readFile(path, 'utf8'));
  for (const field of ['name', 'model', 'inputs', 'method', 'expect', 'tolerance'] as const) {
    if (golden[field] === undefined) throw new Error(`${path} has no "${field}"`);
  }
  return { path, folder: dirname(path), golden };
}

/** The names of a method and of all methods inside it. */
export const methodNames = ({ name, of }: MethodData): string[] => [name, ...(of ? methodNames(of) : [])];
