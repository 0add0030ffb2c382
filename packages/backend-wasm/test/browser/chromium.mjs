import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program to test in: CHROMIUM_PATH, or Chromium or Chrome on the PATH. Without one the tests fail. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = [
    process.env.CHROMIUM_PATH,
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  const found = candidates.find((path) => path && isProgram(path));
  if (!found) throw new Error('no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH');
  return found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
