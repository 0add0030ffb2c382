import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program to its end and shows what it says; anything but exit status 0 throws. */
export const run = (program, args, options) =>
  execFileSync(program, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });

/** Runs a program and gives what it says. */
export const ask = (program, args, options) => run(program, args, { stdio: 'pipe', encoding: 'utf8', ...options });

/** Builds and packs every public package as it would be published: its manifest and its tarball. */
export const packAll = () => {
  run('node', ['scripts/build.mjs']);
  const destination = join(root, '.pack');
  rmSync(destination, { recursive: true, force: true });
  mkdirSync(destination);
  return readdirSync(join(root, 'packages'))
    .map((name) => {
      const directory = join(root, 'packages', name);
      return { directory, manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) };
    })
    .filter(({ manifest }) => !manifest.private)
    .map(({ directory, manifest }) => {
      const packed = ask('pnpm', ['pack', '--json', '--pack-destination', destination], { cwd: directory });
      return { manifest, tarball: JSON.parse(packed).filename };
    });
};
