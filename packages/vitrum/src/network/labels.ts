import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nearbyFiles, reasonOf, wrong } from '../errors';
import { didYouMean } from '../registry';

/** Where labels lie beside a model, if nobody says: those of Teachable Machine, then what people name them. */
const usual = ['metadata.json', 'labels.json', 'labels.txt'];

/** Labels, and the file they came from. */
export interface Labels {
  readonly names: readonly string[];
  readonly file: string;
}

/**
 * Reads labels: a text file with one in each line, or JSON with an array of them, or with an object of them by class or
 * under `labels`.
 * @throws AttributionError `option`
 */
export async function readLabels(file: string): Promise<Labels> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw wrong(
      'option',
      `--labels "${file}", ${reasonOf(cause)}`,
      'a file of labels',
      await nearbyFiles(file, 'Check the path.'),
      cause,
    );
  }
  const names = namesIn(text);
  if (names) return { names, file };
  throw wrong(
    'option',
    `--labels "${file}", in which no labels are found`,
    'a label in each line, or a JSON array of them',
    'See the README of vitrum.',
  );
}

/** The labels that lie beside a model, if any. */
export async function labelsBeside(folder: string): Promise<Labels | undefined> {
  for (const name of usual) {
    const file = join(folder, name);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const names = text === undefined ? undefined : namesIn(text);
    if (names) return { names, file };
  }
  return undefined;
}

function namesIn(text: string): readonly string[] | undefined {
  if (!/^\s*[[{]/.test(text)) {
    const lines = text.split(/\r?\n/).map((line) => line.trim());
    while (lines.at(-1) === '') lines.pop();
    return lines.length > 0 ? lines : undefined;
  }
  try {
    const json: unknown = JSON.parse(text);
    const list = typeof json === 'object' && json !== null && 'labels' in json ? json.labels : json;
    const values = typeof list === 'object' && list !== null ? Object.values(list) : [];
    return values.length > 0 && values.every((value) => typeof value === 'string') ? values : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The class that text names: its number, from the end if negative, or its label, in any case, or a part of one label alone.
 * @throws AttributionError `target` with the closest labels
 */
export function classOf(text: string, count: number, labels: readonly string[] | undefined): number {
  if (/^[+-]?\d+$/.test(text.trim())) {
    const index = Number(text);
    if (index >= -count && index < count) return index < 0 ? count + index : index;
    throw wrong(
      'target',
      `class ${index}`,
      `a whole number from 0 to ${count - 1}`,
      'Leave --target out for the predicted one.',
    );
  }
  const asked = text.trim().toLowerCase();
  const among = (fits: (label: string) => boolean) =>
    (labels ?? []).flatMap((label, index) => (fits(label.toLowerCase()) ? [index] : []));
  const same = among((label) => label === asked);
  const found = same.length > 0 ? same : among((label) => label.includes(asked));
  const [index] = found;
  if (index !== undefined && found.length === 1) return index;
  const named = (index: number) => `${index} (${labels?.[index]})`;
  throw wrong(
    'target',
    `class "${text}"${found.length > 1 ? `, which ${found.length} labels have in them` : ''}`,
    labels ? `a label, or a number from 0 to ${count - 1}` : `a number from 0 to ${count - 1}, as there are no labels`,
    found.length > 1
      ? `Did you mean ${found.slice(0, 3).map(named).join(', ')}?`
      : labels
        ? didYouMean(text, labels, 'Leave --target out for the predicted class.')
        : 'Name a file of labels with --labels.',
  );
}
