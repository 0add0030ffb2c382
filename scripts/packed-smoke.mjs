// Installs the packed packages with npm into an empty project, as a newcomer would, and attributes something there: sums of
// squares on each backend, and what the front page shows. A method of their own is held to the conformance suite, as the
// README of @vitrum/testing shows. The command starts.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, packAll, run } from './pack.mjs';

const programOf = (page) => {
  const [, program] = /```ts\n(.*?)```/s.exec(readFileSync(new URL(page, import.meta.url), 'utf8')) ?? [];
  assert(program, `${page} shows no program`);
  return program;
};
const [frontPage, ownMethod] = [programOf('../README.md'), programOf('../packages/testing/README.md')];

const program = `
import assert from 'node:assert/strict';
import { square, sum, tensor2d } from '@tensorflow/tfjs-core';
import { cpu } from '@vitrum/backend-cpu';
import { node } from '@vitrum/backend-node';
import { wasm } from '@vitrum/backend-wasm';
import { attribute, useBackend } from '@vitrum/core';
import { integratedGradients } from '@vitrum/gradient-methods';

for (const backend of [cpu(), wasm(), ...(process.argv.includes('native') ? [node()] : [])]) {
  await useBackend(backend);
  const why = await attribute((x) => sum(square(x), 1, true), tensor2d([[1, 2, 3]]), {
    method: integratedGradients({ steps: 20 }),
  });
  const values = await why.values.data();
  [1, 4, 9].forEach((expected, i) => assert(Math.abs(values[i] - expected) < 1e-4, \`\${backend.name}: \${values}\`));
  console.log(\`\${backend.name}: the attribution of a sum of squares is the squares\`);
}
`;

const packages = packAll();
const project = mkdtempSync(join(tmpdir(), 'vitrum-packed-'));
try {
  const tarballs = packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]);
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  const manifest = { private: true, type: 'module', dependencies: Object.fromEntries([...peers, ...tarballs]) };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(project, 'attribute.js'), program);
  // Without install scripts: that of tfjs-node downloads, and ours stands in for it.
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project });
  const native = `${process.platform} ${process.arch}` === 'linux x64';
  if (native) run('bash', ['node_modules/@vitrum/backend-node/scripts/build-addon.sh'], { cwd: project });
  else console.log('native TensorFlow is left out: its addon is built on Linux x64 only');
  run('node', ['attribute.js', ...(native ? ['native'] : [])], { cwd: project });
  writeFileSync(join(project, 'front-page.js'), frontPage);
  run('node', ['front-page.js'], { cwd: project });
  console.log(`the front page: why.png has ${statSync(join(project, 'why.png')).size} bytes`);
  writeFileSync(join(project, 'own-method.test.ts'), ownMethod);
  run('npx', ['--no-install', 'vitest', 'run'], { cwd: project });
  console.log(ask('npx', ['--no-install', 'vitrum', '--help'], { cwd: project }));
} finally {
  rmSync(project, { recursive: true, force: true });
}
