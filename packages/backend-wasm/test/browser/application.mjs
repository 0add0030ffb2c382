import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const workspace = fileURLToPath(new URL('../../../..', import.meta.url));
const own = join(workspace, 'packages/backend-wasm');

/** A project outside the workspace whose packages are what npm would install: packed, with the exports of a release. */
export function makeApplication() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'vitrum-browser-')));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  cpSync(fileURLToPath(new URL('app', import.meta.url)), directory, { recursive: true });
  for (const name of ['core', 'backend-wasm']) install(name, directory);
  const modules = join(directory, 'node_modules/@tensorflow');
  mkdirSync(modules);
  for (const name of ['tfjs-core', 'tfjs-backend-cpu', 'tfjs-backend-wasm']) {
    symlinkSync(realpathSync(join(own, 'node_modules/@tensorflow', name)), join(modules, name), 'dir');
  }
  return {
    directory,
    /** As if the bundler had not copied them. */
    removeBinaries() {
      const assets = join(directory, 'dist/assets');
      for (const file of readdirSync(assets).filter((name) => name.endsWith('.wasm'))) rmSync(join(assets, file));
    },
    remove,
  };
}

function install(name, directory) {
  const packed = execFileSync('pnpm', ['pack', '--json', '--pack-destination', directory], {
    cwd: join(workspace, 'packages', name),
  });
  const target = join(directory, 'node_modules/@vitrum', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['-xzf', JSON.parse(packed.toString()).filename, '-C', target, '--strip-components=1']);
}
