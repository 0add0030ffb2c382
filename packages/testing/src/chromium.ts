import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The path of the Chromium to test in, by `scripts/chromium.sh`; `undefined` where there is none, which in CI is an error. */
export function findChromium(): string | undefined {
  const script = fileURLToPath(new URL('../../../scripts/chromium.sh', import.meta.url));
  try {
    return execFileSync('bash', [script, '--no-install'], { encoding: 'utf8' }).trim();
  } catch (cause) {
    if (process.env.CI) throw new Error('There is no Chromium: scripts/chromium.sh installs one.', { cause });
    console.log('Tests in a browser are skipped: no Chromium; scripts/chromium.sh installs one.');
    return undefined;
  }
}
