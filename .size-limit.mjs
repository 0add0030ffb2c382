import { readdirSync } from 'node:fs';

const methods = readdirSync('packages').filter((name) => name.endsWith('-methods'));
const bundle = (directory, rest) => ({
  path: `packages/${directory}/dist/index.js`,
  gzip: true,
  ignore: ['@tensorflow/*', '@vitrum/*'],
  ...rest,
});

/** What a package adds to an application that already has TensorFlow.js and, for methods, the core. */
const checks = [bundle('core', { name: '@vitrum/core', limit: '30 kB' })];
for (const directory of methods) {
  for (const name of Object.keys(await import(`./packages/${directory}/dist/index.js`))) {
    checks.push(bundle(directory, { name: `@vitrum/${directory} ${name}`, import: `{ ${name} }`, limit: '3 kB' }));
  }
}

export default checks;
