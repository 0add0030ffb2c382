import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AttributionError, type AttributionErrorCode } from '@vitrum/core';
import { closest } from './registry';

/** What a user can mend: an argument, a file. The command ends with exit code 2 and this line. */
export const wrong = (
  code: AttributionErrorCode,
  got: string,
  expected: string,
  fix: string,
  cause?: unknown,
): AttributionError => new AttributionError(code, { got, expected, fix, cause });

/** Why the system refused, in words: `no such file or directory`. */
export function reasonOf(error: unknown): string {
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: undefined, message: '' };
  return (code && reasons[code]) || message || String(error);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'which does not exist',
  ENOTDIR: 'part of whose path is a file',
  EISDIR: 'which is a folder',
  EACCES: 'which may not be read',
  EPERM: 'which may not be read',
};

/** What to do about a file that is not there: the names beside it that are like its own. */
export async function nearbyFiles(path: string, otherwise: string): Promise<string> {
  try {
    const folder = dirname(path);
    const name = basename(path);
    const names = (await readdir(folder)).filter((other) => other !== name);
    const [first, second] = closest(name, names);
    if (first === undefined) return otherwise;
    return `Did you mean ${[first, second].flatMap((name) => (name === undefined ? [] : [join(folder, name)])).join(' or ')}?`;
  } catch {
    return otherwise;
  }
}
