import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Captum on PyTorch, in a process of its own that waits for requests. */
export interface Captum {
  /** Versions and threads, for people. */
  readonly versions: string;
  /** Milliseconds of one run. @throws Error in the peer's own words */
  run(name: string, batch: number): Promise<number>;
  /** The same on one thread, of processor time. */
  runAlone(name: string, batch: number): Promise<number>;
  /** What it attributes, [batch, height, width, channels]. */
  values(name: string, batch: number): Promise<Float32Array>;
  close(): Promise<void>;
}

const peer = (path: string): string => fileURLToPath(new URL(`../peer/${path}`, import.meta.url));
const python = peer('.venv/bin/python');

export const howToInstall =
  'not installed: python3 -m venv bench/peer/.venv && bench/peer/.venv/bin/pip install torch captum';

/** Starts it, with two threads and an allocator that keeps its memory, which is how it is fastest. `undefined` where it is not installed. */
export async function startCaptum(picture: Float32Array, target: number): Promise<Captum | undefined> {
  if (!existsSync(python)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'vitrum-bench-'));
  const [pictureFile, valuesFile] = [join(folder, 'picture.bin'), join(folder, 'values.bin')];
  await writeFile(pictureFile, picture);
  const graph = fileURLToPath(new URL('../../packages/efficientnet-lite0/assets/graph', import.meta.url));
  const args = ['--graph', graph, '--picture', pictureFile, '--target', String(target), '--threads', '2'];
  const child = spawn(python, [peer('captum_peer.py'), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, MALLOC_MMAP_THRESHOLD_: String(2 ** 30), MALLOC_TRIM_THRESHOLD_: String(2 ** 32) },
  });
  const next = answersOf(child);
  const { torch, captum, python: version, threads } = await next();
  const ask = async (request: object): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await next();
    if (answer.error !== undefined) throw new Error(String(answer.error));
    return answer;
  };
  return {
    versions: `Captum ${captum} on PyTorch ${torch}, Python ${version}, ${threads} threads`,
    run: async (name, batch) => Number((await ask({ name, batch })).milliseconds),
    runAlone: async (name, batch) => Number((await ask({ name, batch, alone: true })).milliseconds),
    async values(name, batch) {
      await ask({ name, batch, values: valuesFile });
      return new Float32Array(new Uint8Array(await readFile(valuesFile)).buffer);
    },
    async close() {
      child.stdin.end();
      await rm(folder, { recursive: true });
    },
  };
}

type Answer = Readonly<Record<string, unknown>>;

/** The lines that the process prints, one after the other, as objects. */
function answersOf(child: ChildProcess): () => Promise<Answer> {
  if (!child.stdout) throw new Error('the peer has no standard output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the peer ended with code ${child.exitCode}; its own words stand above`);
    return JSON.parse(value);
  };
}
