import { readdirSync } from 'node:fs';

const methods = readdirSync('packages').filter((name) => name.endsWith('-methods'));
const elsewhere = ['@tensorflow/*', '@vitrum/*'];
const bundle = (directory, rest) => ({
  path: `packages/${directory}/dist/index.js`,
  gzip: true,
  ignore: elsewhere,
  // Elsewhere an import() becomes a require().
  modifyEsbuildConfig: (config) => ({ ...config, format: 'esm' }),
  ...rest,
});

/** Chunks of the core that are loaded when a call needs them. */
const chunks = {
  graphs: './graph-model-*',
  layers: './layers-model-*',
  gradients: './differentiate-*',
  'rare kernels': './gradients.js',
  workers: './away-*',
  'the first NaN': './inspect-*',
};
const all = Object.keys(chunks);

/** What an application has loaded of the core once it has come to need these chunks. */
const core = (names, limit) =>
  bundle('core', {
    name: ['@vitrum/core', names.join(', ')].filter(Boolean).join(' with '),
    limit,
    ignore: [...elsewhere, ...all.filter((name) => !names.includes(name)).map((name) => chunks[name])],
  });

/** Above what is wanted, 3 kB: held where they are until they are brought down; `ruleSets` is those of all methods, for workers. */
const above = { deepLift: '4.1 kB', deepLiftShap: '4.9 kB', lrp: '7.6 kB', ruleSets: '11.2 kB' };
const revealCancel = './reveal-cancel.js';
const rareRules = './rare.js';

/** What a package adds to an application that already has TensorFlow.js and, for methods, the core. */
const checks = [
  core([], '29.2 kB'),
  core(['graphs'], '32.1 kB'),
  core(['layers'], '31.8 kB'),
  core(['graphs', 'gradients'], '41.7 kB'),
  core(['graphs', 'gradients', 'rare kernels'], '46.5 kB'),
  core(all, '51.2 kB'),
];
for (const directory of methods) {
  for (const name of Object.keys(await import(`./packages/${directory}/dist/index.js`))) {
    const limit = above[name] ?? '3 kB';
    const ignore = [...elsewhere, revealCancel, rareRules];
    checks.push(bundle(directory, { name: `@vitrum/${directory} ${name}`, import: `{ ${name} }`, limit, ignore }));
  }
}
checks.push(
  bundle('gradient-methods', {
    name: "@vitrum/gradient-methods deepLift with 'reveal-cancel'",
    import: '{ deepLift }',
    limit: '6 kB',
    ignore: [...elsewhere, rareRules],
  }),
);

/** A heat map carries neither letters nor charts; who draws charts carries Observable Plot and a document of its own. */
const drawn = (entry, name, limit, names) => ({
  ...bundle('visualization', { name: `@vitrum/visualization${name}`, limit }),
  path: `packages/visualization/dist/${entry}.js`,
  ignore: ['@tensorflow/*', '@vitrum/*', '@resvg/*'],
  ...(names && { import: names }),
});
checks.push(
  drawn('index', ' heatMap', '18 kB', '{ attributionMap, heatMap }'),
  drawn('index', ' sheet', '66 kB', '{ heatMap, sheet, toPng }'),
  drawn('text', '/text', '67 kB'),
  drawn('html', '/html', '2 kB'),
  drawn('charts', '/charts', '252 kB'),
  drawn('rasterize', '/rasterize', '146 kB'),
);

export default checks;
