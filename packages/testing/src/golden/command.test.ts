import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keep, mul, ones, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { type AttributionMethod, defineMethod, type Tensors } from '@vitrum/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Registry } from './call';
import { main } from './command';

const traits = { uses: [], deterministic: true, rowwise: true } as const;

/** A method that gives twice the input, plus what `spoil` does. */
const twice = (name: string, spoil: (values: Tensor) => Tensors = (values) => [values]) =>
  defineMethod(name, traits, () => async (probe) => {
    const [x] = await probe.x();
    return spoil(tidy(() => mul(x as Tensor, 2))); // the cases here have one input
  })();

const leaked: Tensor[] = [];
const methods: Record<string, AttributionMethod> = {
  twice: twice('twice'),
  wrongValue: twice('wrongValue', (values) => [tidy(() => mul(values, 1.5)), ...drop(values)]),
  wrongShape: twice('wrongShape', (values) => [zeros([1, 1]), ...drop(values)]),
  leaky: twice('leaky', (values) => {
    leaked.push(keep(ones([1])));
    return [values];
  }),
};
const registry: Registry = {
  methods: Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, () => method])),
  wrappers: { same: (inner) => inner },
};

function drop(tensor: Tensor): [] {
  tensor.dispose();
  return [];
}

const models = fileURLToPath(new URL('../../golden/models', import.meta.url));
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golden-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes cases into a folder of their own and runs them. */
async function golden(cases: Record<string, object>, ...args: string[]) {
  const own = await mkdtemp(join(folder, 'cases-'));
  const below = join(own, 'below');
  await mkdir(below);
  for (const [name, golden] of Object.entries(cases)) {
    const whole = {
      name,
      model: relative(below, join(models, 'fact-dot')),
      inputs: [{ shape: [1, 3], value: [[1, 2, 3]] }],
      method: { name },
      expect: { values: [{ shape: [1, 3], value: [[2, 4, 6]] }] },
      tolerance: { atol: 1e-6, rtol: 0 },
      ...golden,
    };
    await writeFile(join(below, `${name}.case.json`), JSON.stringify(whole));
  }
  const lines: string[] = [];
  const status = await main([own, '--backend', 'cpu', ...args], registry, (line) => lines.push(line));
  return { status, lines, last: lines.at(-1) };
}

describe('pnpm golden', () => {
  test('passes what is right, with the totals alone on the last line', async () => {
    const { status, lines, last } = await golden({ twice: {} });
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^twice +0 +0 +\d+ rows +\d+ ms {2}PASS$/);
    expect(last).toBe('1 passed, 0 failed');
  });

  test.each([
    ['wrongValue', /FAIL {2}3 of 3 differ in values; \[0,2\] is 9 instead of 6/],
    ['wrongShape', /FAIL {2}Got shape \[1,1\] among its values from the method wrongShape; expected \[1,3\]/],
    ['leaky', /FAIL {2}1 tensors more than before the case/],
  ])('fails a method with %s', async (name, line) => {
    const { status, lines, last } = await golden({ [name]: {}, twice: {} });
    for (const tensor of leaked.splice(0)) tensor.dispose();
    expect(status).toBe(1);
    expect(lines.find((text) => text.startsWith(name))).toMatch(line);
    expect(last).toBe('1 passed, 1 failed');
  });

  test('fails a case whose tensor has a missing convergenceDelta', async () => {
    const expectation = { values: [{ shape: [1, 3], value: [[2, 4, 6]] }], convergenceDelta: [0] };
    const { lines } = await golden({ twice: { expect: expectation, tolerance: { atol: 1, rtol: 0, delta: 1 } } });
    expect(lines[0]).toMatch(/FAIL {2}no convergenceDelta was reported/);
  });

  test('allows a relative tolerance of the largest expected value', async () => {
    const tolerance = { atol: 0, rtol: 0.5 };
    expect((await golden({ wrongValue: { tolerance } })).last).toBe('1 passed, 0 failed');
    expect((await golden({ wrongValue: { tolerance: { atol: 0, rtol: 0.49 } } })).last).toBe('0 passed, 1 failed');
  });

  test('asks a statistical case only for what its standard error allows', async () => {
    const statistical = { standardErrors: 5, atol: 3 };
    expect((await golden({ wrongValue: { statistical } })).last).toBe('1 passed, 0 failed');
    const { lines } = await golden({ wrongValue: { statistical: { ...statistical, atol: 2.9 } } });
    expect(lines[0]).toMatch(/FAIL .* no standard error was reported/);
  });

  test('reports an error of the call as a failure of that case alone', async () => {
    const { lines, last } = await golden({ twice: {}, broken: { method: { name: 'twice' }, target: 99 } });
    expect(lines.find((text) => text.startsWith('broken'))).toMatch(/FAIL {2}\S/);
    expect(last).toBe('1 passed, 1 failed');
  });

  test('skips a method that is not registered, also inside a wrapper', async () => {
    const wrapped = { method: { name: 'same', of: { name: 'unheard' } } };
    const { status, last } = await golden({
      unheard: {},
      wrapped,
      twice: { method: { name: 'same', of: { name: 'twice' } } },
    });
    expect(status).toBe(0);
    expect(last).toBe('1 passed, 0 failed, 2 skipped');
  });

  test('fails for a required method that is not registered', async () => {
    const { status, lines, last } = await golden({ unheard: {}, twice: {} }, '--require', 'twice,unheard');
    expect(status).toBe(1);
    expect(lines).toContain('required but not registered: unheard');
    expect(last).toBe('1 passed, 1 failed');
  });

  test('runs only paths that contain the filter', async () => {
    expect((await golden({ twice: {}, wrongValue: {} }, '--filter', 'twice')).last).toBe('1 passed, 0 failed');
  });

  test('refuses a folder without cases, a missing folder and an unknown backend', async () => {
    await expect(golden({})).rejects.toThrow(/no \*\.case\.json below/);
    await expect(golden({ twice: {} }, '--filter', 'nothing')).rejects.toThrow(/whose path contains "nothing"/);
    await expect(golden({ twice: {} }, '--backend', 'abacus')).rejects.toThrow(/unknown backend "abacus"; there are/);
    await expect(main([join(folder, 'nowhere')], registry, () => {})).rejects.toThrow(/is not a folder/);
  });
});
