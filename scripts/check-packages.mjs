// Holds what would be published to publint and attw: the tarballs, not the folders, because packing rewrites manifests.
import { ask, packAll } from './pack.mjs';

let failed = false;
for (const { manifest, tarball } of packAll()) {
  try {
    ask('publint', ['--strict', tarball]);
    ask('attw', ['--profile', 'esm-only', '--format', 'ascii', '--no-emoji', tarball]);
    console.log(`${manifest.name}: publint and attw find nothing`);
  } catch (error) {
    console.error(`${manifest.name}:\n${error.stdout}${error.stderr}`);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
