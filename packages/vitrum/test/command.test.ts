import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { decodePng } from '@vitrum/visualization';
import { Ajv } from 'ajv';
import { parse } from 'npyjs';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { methodEntries } from 'vitrum/methods';
import { picture, writeModels, writePictures } from './fixtures';
import { describeLists } from './lists';
import { mistakes } from './mistakes';
import { type Installed, installed, isPainted } from './packed';

let command: Installed;
let here: string;
const at = (name: string) => join(here, name);
const vitrum: Installed['vitrum'] = (args, options) => command.vitrum(args, options);

beforeAll(async () => {
  here = await mkdtemp(join(tmpdir(), 'vitrum-command-'));
  await writePictures(here);
  await writeModels(here);
  command = await installed();
}, 600_000);

afterAll(async () => {
  await command?.remove();
  await rm(here, { recursive: true, force: true });
});

afterEach(() => rm(at('out'), { recursive: true, force: true }));

/** Quick: tiny models, and methods of one pass. */
const small = (...more: string[]) => [
  'explain',
  at('photo.png'),
  '--model',
  at('layers-model'),
  '--method',
  'saliency',
  '--out',
  at('out'),
  ...more,
];

describe('a mistake ends with exit code 2, one line that says what to do, and no folder', () => {
  const outOf = (what: string) => what.replaceAll(' ', '-');
  const ended = new Map<string, Awaited<ReturnType<typeof vitrum>>>();
  // Four at a time, as most of what they do is to start.
  beforeAll(async () => {
    const waiting = [...mistakes];
    const tryNext = async (): Promise<void> => {
      const [what, args] = waiting.shift() ?? [];
      if (what === undefined || args === undefined) return;
      ended.set(what, await vitrum(args(at, (...more) => small('--out', at(outOf(what)), ...more))));
      return tryNext();
    };
    await Promise.all(Array.from({ length: 4 }, tryNext));
  }, 300_000);

  test.each(mistakes)('%s', async (what, _, message) => {
    const { code, stderr = '' } = ended.get(what) ?? {};
    expect(stderr).toMatch(message);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('vitrum: ')),
    ).toHaveLength(1);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(2);
    expect(await readdir(here)).not.toContain(outOf(what));
  });
});

describe('a disk that is full ends with exit code 2 and nothing half-written', () => {
  test('where the files go', async () => {
    // Every write of a picture into the folder fails as on a full disk.
    const full = `import fs from 'node:fs/promises'; import { syncBuiltinESMExports } from 'node:module'; const { writeFile } = fs;
      fs.writeFile = async (file, ...rest) => { await writeFile(file, 'half'); throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }); };
      syncBuiltinESMExports();`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(full)}` };
    const { code, stderr } = await vitrum(small(), { env });
    expect(stderr).toMatch(/vitrum: Got no space left on the device for ".*explanation\.png"; expected room for it\./);
    expect(code).toBe(2);
    expect(await readdir(here)).not.toContain('out');
  });

  test('where stdout goes', async () => {
    const { code, stderr } = await vitrum(['methods'], { shell: '$VITRUM > /dev/full' });
    expect(stderr).toMatch(/^vitrum: Got no space left on stdout; .*\n$/);
    expect(code).toBe(2);
  });
});

test('Ctrl-C ends the work with exit code 130 and nothing left behind', async () => {
  const slow = [
    'explain',
    '--method',
    'integratedGradients',
    '--set',
    'integratedGradients.steps=1000',
    '--out',
    at('cancelled'),
  ];
  const begun = performance.now();
  const { code, stderr } = await vitrum(slow, {
    onOutput(text, kill) {
      // The photograph was looked at: the method has begun.
      if (/window screen/.test(text)) setTimeout(() => kill('SIGINT'), 300);
    },
  });
  expect(stderr).toMatch(/vitrum: cancelled by SIGINT; nothing was left half-written\n$/);
  expect(code).toBe(130);
  expect(await readdir(here)).not.toContain('cancelled');
  // A thousand steps take minutes.
  expect(performance.now() - begun).toBeLessThan(60_000);
}, 120_000);

describe('what is said', () => {
  test('goes to stdout where it is the result, to stderr where it is talk, without control characters in a pipe', async () => {
    const { code, stdout, stderr } = await vitrum(small());
    expect(code).toBe(0);
    expect(stdout).toMatch(/red fox|grey wolf|tabby/);
    expect(stdout).toMatch(/Saliency +\d+\.\d s +\d+ model rows?/);
    expect(stderr).toMatch(/layers-model on wasm looks at photo\.png/);
    expect(stderr).toMatch(/pixels are scaled to 0\.\.1, a guess; --scale says otherwise/);
    expect(stderr).toMatch(/Open {2}file:\/\/.*report\.html/);
    expect(Array.from(stdout + stderr).filter((character) => character !== '\n' && character < ' ')).toEqual([]);
  });

  test('is only the result with --quiet', async () => {
    const { code, stdout, stderr } = await vitrum(small('--quiet'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Saliency/);
  });

  test('has a bar and colours on a terminal, and no colours with NO_COLOR', async () => {
    // As if both were a terminal: whether there are colours is then for Node to say, from the environment.
    const terminal = `import tty from 'node:tty'; for (const stream of [process.stdout, process.stderr])
      Object.assign(stream, { isTTY: true, columns: 80, hasColors: tty.WriteStream.prototype.hasColors, getColorDepth: tty.WriteStream.prototype.getColorDepth });`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(terminal)}`;
    const env = { NODE_OPTIONS, TERM: 'xterm-256color', COLORTERM: '' };
    const args = small('--method', 'integratedGradients');
    const plain = await vitrum(args, { env: { ...env, NO_COLOR: '1' } });
    const coloured = await vitrum(args, { env });
    expect(coloured.stdout).toContain('\u001b[1m');
    expect(plain.stdout).not.toContain('\u001b');
    // Moving the cursor is not colour.
    expect(isPainted(plain.stderr)).toBe(false);
    expect(isPainted(coloured.stderr)).toBe(true);
    expect(plain.stderr).toMatch(/Integrated Gradients +[━─]+ \d+ %/);
  });

  test('may be cut off by who reads it', async () => {
    const { stdout, stderr } = await vitrum(['methods'], { shell: '$VITRUM | head -1' });
    expect(stdout).toMatch(/^gradient +.*\n$/);
    expect(stderr).toBe('');
  });
});

describe('what is made', () => {
  test('can be read again in each format', async () => {
    const { code, stdout } = await vitrum(
      small('--method', 'smoothGrad:gradient,gradCam', '--format', 'png,svg,html,npy,json', '--json'),
    );
    expect(code).toBe(0);
    const [record] = JSON.parse(stdout);
    expect(JSON.parse(await readFile(at('out/explanation.json'), 'utf8'))).toEqual(record);
    expect((await readdir(at('out'))).map((name) => at(join('out', name))).sort()).toEqual([...record.files].sort());
    for (const file of record.files.filter((file: string) => file.endsWith('.png')))
      expect(decodePng(await readFile(file)).width, file).toBeGreaterThan(0);
    expect(await readFile(at('out/report.html'), 'utf8')).toMatch(
      /^<!doctype html>.*SmoothGrad of Gradient.*<\/html>\n$/s,
    );
    for (const name of ['explanation', 'grad-cam', 'smooth-grad-gradient']) {
      const drawn = await sharp(at(`out/${name}.svg`)).metadata();
      expect(drawn.width, name).toBeGreaterThan(5 * 200);
    }
    const bytes = await readFile(at('out/smooth-grad-gradient.npy'));
    const { shape, data } = parse(new Uint8Array(bytes).buffer);
    expect(shape).toEqual([8, 8, 3]);
    const [{ sum, standardError }] = record.explanations;
    expect(Array.from(data as Float32Array).reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 4);
    const error = parse(new Uint8Array(await readFile(at('out/smooth-grad-gradient-standard-error.npy'))).buffer);
    expect(Math.sqrt(Array.from(error.data as Float32Array).reduce((a, b) => a + b * b, 0) / 192)).toBeCloseTo(
      standardError,
      6,
    );
  });

  test('is the same to the last bit with threads that help', async () => {
    const values = async (workers: string) => {
      const methods = ['--method', 'integratedGradients,occlusion', '--format', 'npy', '--json'];
      const { code, stdout } = await vitrum(small(...methods, '--workers', workers));
      expect(code).toBe(0);
      const [{ explanations }] = JSON.parse(stdout);
      expect(explanations.flatMap(({ notes }: { notes: string[] }) => notes)).toEqual([]);
      return Promise.all(['integrated-gradients', 'occlusion'].map((name) => readFile(at(`out/${name}.npy`))));
    };
    expect(await values('2')).toEqual(await values('0'));
  });

  test('fits the schema of --json, which comes with the package', async () => {
    const schema = JSON.parse(
      await readFile(join(command.folder, 'node_modules/vitrum/schema/explanation.schema.json'), 'utf8'),
    );
    const validate = new Ajv({ strict: true }).compile(schema);
    const { stdout, code } = await vitrum([
      'explain',
      at('photo.png'),
      at('photo.jpg'),
      '--model',
      at('graph-model'),
      '--labels',
      at('classes.txt'),
      '--method',
      'integratedGradients,lrp,gradCam',
      '--target',
      'top2',
      '--out',
      at('out'),
      '--format',
      'npy',
      '--json',
    ]);
    expect(code).toBe(0);
    const records = JSON.parse(stdout);
    expect(validate(records), JSON.stringify(validate.errors)).toBe(true);
    expect(records).toHaveLength(2);
    expect(await readdir(at('out'))).toEqual(['photo', 'photo-2']);
    expect(records[0].explanations).toHaveLength(6);
    for (const { method, score, baselineScore = 0, convergenceDelta, sum } of records[0].explanations)
      if (method !== 'gradCam') expect(sum - (score - baselineScore)).toBeCloseTo(convergenceDelta, 4);
    expect(validate([{ ...records[0], format: 2 }])).toBe(false);
  });

  test.each(['photo.png', 'photo.webp', 'photo.jpg'])('is about the pixels of %s', async (name) => {
    const { code } = await vitrum(['explain', at(name), ...small('--method', 'saliency').slice(2)]);
    expect(code).toBe(0);
    const { width, data } = decodePng(await readFile(at('out/saliency-original.png')));
    expect(width).toBe(8);
    const mean = (values: Uint8ClampedArray) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean(data) - mean(picture.data))).toBeLessThan(6);
  });

  test('needs no sharp for PNG and JPEG, and says what it cannot do without', async () => {
    const hooks =
      'export const resolve = (name, ...rest) => { if (name === "sharp") throw new Error("absent"); return rest[1](name, rest[0]); };';
    const absent = `import { register } from 'node:module'; register('data:text/javascript,${encodeURIComponent(hooks)}');`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(absent)}` };
    for (const name of ['photo.png', 'photo.jpg']) {
      const { code, stderr } = await vitrum(['explain', at(name), ...small().slice(2)], { env });
      expect(stderr).toMatch(/sharp cannot be loaded here/);
      expect(code).toBe(0);
    }
    for (const [name, message] of [
      ['photo.webp', /npm install sharp/],
      ['huge.png', /40 megapixels/],
      ['huge.jpg', /40 megapixels/],
      ['broken.jpg', /a broken JPEG/],
      ['broken.png', /a broken PNG/],
    ] as const) {
      const { code, stderr } = await vitrum(['explain', at(name)], { env });
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  });
});

test.each([
  ['layers-model', []],
  ['graph-model', ['--labels', '']],
])('every method explains a %s', async (model) => {
  const labels = model === 'graph-model' ? ['--labels', at('classes.txt')] : [];
  const names = Object.keys(methodEntries).join(',');
  const args = [
    'explain',
    at('photo.png'),
    '--model',
    at(model),
    ...labels,
    '--method',
    names,
    '--features',
    'superpixels:6',
    '--format',
    'json',
    '--json',
    '--out',
    at('out'),
  ];
  const { code, stdout, stderr } = await vitrum(args);
  expect(stderr).not.toMatch(/vitrum: /);
  expect(code).toBe(0);
  const [{ explanations, predictions }] = JSON.parse(stdout);
  expect(explanations.map(({ method }: { method: string }) => method)).toEqual(Object.keys(methodEntries));
  expect(predictions.map(({ label }: { label: string }) => label).sort()).toEqual(['grey wolf', 'red fox', 'tabby']);
  // Of scores that do not sum to 1 nothing says what they are.
  const certain = predictions.every((prediction: object) => 'probability' in prediction);
  expect(certain).toBe(model === 'layers-model');
});

describeLists(vitrum, at);
