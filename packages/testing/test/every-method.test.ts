import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as gradientMethods from '@vitrum/gradient-methods';
import * as layerMethods from '@vitrum/layer-methods';
import * as perturbationMethods from '@vitrum/perturbation-methods';
import { expect, test } from 'vitest';
import { methods, wrappers } from 'vitrum';

const root = new URL('../../../', import.meta.url);

/** What the packages of methods export beside methods. */
const others = [
  'epsilonAlpha2Beta1',
  'epsilonAlpha2Beta1Flat',
  'epsilonComposite',
  'epsilonGammaBox',
  'epsilonPlus',
  'epsilonPlusFlat',
  'interpolate',
  'patches',
  'ruleSets',
  'superpixels',
];
const exported = Object.keys({ ...gradientMethods, ...layerMethods, ...perturbationMethods });
const names = exported.filter((name) => !others.includes(name)).sort();
const registered = Object.keys({ ...methods, ...wrappers }).sort();

test('the registry has every method of the packages, but the one whose rules are no data', () => {
  expect(registered).toEqual(names.filter((name) => name !== 'backpropagation'));
});

test('CI demands the golden cases of every registered method', async () => {
  const script = await readFile(new URL('.ci/run', root), 'utf8');
  const demanded = Array.from(script.matchAll(/^methods\+?=,?(.*)$/gm), ([, list = '']) => list.split(',')).flat();
  expect(demanded.sort()).toEqual(registered);
});

/** The calls of `describeMethod` in the tests of a package: the first word of their title, and all they say. */
async function conformanceCalls(name: string): Promise<{ of: string; call: string }[]> {
  const folder = fileURLToPath(new URL(`packages/${name}/src/`, root));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((file) => readFile(`${folder}${file}`, 'utf8')));
  const calls = texts.flatMap((text) => text.match(/^describeMethod\(.*?\);$/gms) ?? []);
  return calls.map((call) => ({ of: /^describeMethod\(\s*'(\w+)/.exec(call)?.[1] ?? '', call }));
}
const packages = ['gradient-methods', 'layer-methods', 'perturbation-methods'];
const calls = (await Promise.all(packages.map(conformanceCalls))).flat();

test.each(names)('%s is held to the laws at every place of every kind of model on every backend', (name) => {
  const whole = calls.filter(({ of, call }) => of === name && !/\b(backends|at):/.test(call));
  const models = whole.flatMap(
    ({ call }) => /models: \[(.*?)\]/s.exec(call)?.[1] ?? "'convolution', 'graph', 'function'",
  );
  for (const model of ['convolution', 'graph', 'function']) expect(models.join()).toContain(`'${model}'`);
});
