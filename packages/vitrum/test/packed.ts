import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error a script, without types
import { packAll, run } from '../../../scripts/pack.mjs';

/** The command as a newcomer has it: packed, and installed by npm into an empty project. */
export interface Installed {
  readonly folder: string;
  /** Runs `vitrum` there to its end. */
  vitrum(args: readonly string[], options?: RunOptions): Promise<Ended>;
  remove(): Promise<void>;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Told of what it says while it runs; may send it a signal. */
  onOutput?(text: string, kill: (signal: NodeJS.Signals) => void): void;
  /** A shell command to run it in, with $VITRUM for the command and its arguments. */
  readonly shell?: string;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Packed {
  readonly manifest: { readonly name: string };
  readonly tarball: string;
}

/** Packs and installs what `vitrum` needs. Where VITRUM_INSTALLED names such a project, that is used, and kept. */
export async function installed(): Promise<Installed> {
  const given = process.env.VITRUM_INSTALLED;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'vitrum-installed-')));
  if (given === undefined) {
    const needed = (packAll() as Packed[]).filter(({ manifest }) => manifest.name !== '@vitrum/backend-node');
    const dependencies = Object.fromEntries(needed.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  }
  const vitrum: Installed['vitrum'] = (args, { env = {}, onOutput, shell } = {}) =>
    new Promise((resolve, reject) => {
      const program = join(folder, 'node_modules', '.bin', 'vitrum');
      const clean = Object.fromEntries(
        Object.entries(process.env).filter(
          ([name]) => !/^(CI|NO_COLOR|FORCE_COLOR|NODE_OPTIONS|npm_.*|VITEST.*)$/.test(name),
        ),
      );
      const quoted = [program, ...args].map((arg) => `'${arg.replaceAll("'", "'\\''")}'`).join(' ');
      const [file, list] =
        shell === undefined ? [program, args] : ['bash', ['-c', shell.replaceAll('$VITRUM', quoted)]];
      const child = spawn(file, list, { cwd: folder, env: { ...clean, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
      const said = { stdout: '', stderr: '' };
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].setEncoding('utf8').on('data', (text: string) => {
          said[stream] += text;
          onOutput?.(said.stdout + said.stderr, (signal) => child.kill(signal));
        });
      child.on('error', reject);
      child.on('close', (code) => resolve({ code, ...said }));
    });
  return {
    folder,
    vitrum,
    async remove() {
      if (given === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether text is painted: the cursor may move, but letters have no style. */
export const isPainted = (text: string): boolean =>
  text.split('\u001b[').some((piece, i) => i > 0 && /^\d[\d;]*m/.test(piece));
