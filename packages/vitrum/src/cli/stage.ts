import { mkdir, mkdtemp, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { reasonOf, wrong } from '../errors';

/** A hidden folder inside another, where files wait until all of them are whole. */
export interface Stage {
  /** Writes a file; it is not in its place yet. */
  add(name: string, content: Uint8Array | string): Promise<void>;
  /** Puts all files in their places. */
  commit(): Promise<readonly string[]>;
  /** Takes away what is not in its place, and the folder if it was made for this. */
  discard(): Promise<void>;
}

/**
 * Makes the folder, if it is not there, and the stage in it, so that what is not to be written is known before the work.
 * @throws AttributionError `option` if files cannot be written there
 */
export async function openStage(folder: string): Promise<Stage> {
  let made: string | undefined;
  let waiting: string;
  try {
    made = await mkdir(folder, { recursive: true });
    waiting = await mkdtemp(join(folder, '.vitrum-'));
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  const names: string[] = [];
  let placed = 0;
  return {
    async add(name, content) {
      try {
        await writeFile(join(waiting, name), content);
      } catch (cause) {
        throw unwritable(join(folder, name), cause);
      }
      names.push(name);
    },
    async commit() {
      for (const name of names) {
        try {
          await rename(join(waiting, name), join(folder, name));
        } catch (cause) {
          throw unwritable(join(folder, name), cause);
        }
        placed++;
      }
      return names.map((name) => join(folder, name));
    },
    async discard() {
      await rm(waiting, { recursive: true, force: true });
      if (placed === 0 && made !== undefined) await removeEmpty(resolve(folder), resolve(made));
    },
  };
}

/** Removes a folder and those around it, up to one of them, unless somebody else has put something there meanwhile. */
async function removeEmpty(folder: string, last: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  if (folder !== last) await removeEmpty(dirname(folder), last);
}

function unwritable(path: string, cause: unknown) {
  const { code } = cause as NodeJS.ErrnoException; // what node:fs throws
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return wrong(
      'option',
      `no space left on the device for "${path}"`,
      'room for it',
      'Free some, or choose another folder with --out.',
      cause,
    );
  const why =
    code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
      ? 'where nothing may be written'
      : code === 'EEXIST'
        ? 'which is a file'
        : reasonOf(cause);
  return wrong(
    'option',
    `--out "${path}", ${why}`,
    'a folder that can be written to',
    'Choose another with --out.',
    cause,
  );
}
