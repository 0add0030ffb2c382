import { AttributionError } from '@vitrum/core';
import { CommanderError } from 'commander';
import { program } from './program';

/** Why a run ended that was to end: the name of the signal, and the exit code that goes with it. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  readonly code: number;

  constructor(signal: string, code: number) {
    super(`cancelled by ${signal}`);
    this.code = code;
  }
}

/**
 * Runs the command line. @returns the exit code: 0, 1 for a fault of Vitrum, 2 for arguments or files that cannot be used, that
 * of the signal if it was cancelled
 */
export async function main(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  let code = 0;
  const fail = (failed: number) => {
    code = failed;
  };
  try {
    const command = await program({ signal, fail });
    await command.parseAsync(args.length > 0 ? args : ['--help'], { from: 'user' });
    return code;
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown): number {
  const say = (line: string) => process.stderr.write(`vitrum: ${line}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const wrong = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    say(wrong.includes('Did you mean') ? wrong : `${wrong}; --help lists what there is`);
    return 2;
  }
  if (error instanceof Cancelled) {
    say(`${error.message}; nothing was left half-written`);
    return error.code;
  }
  if (error instanceof AttributionError) {
    say(error.message.replace(/\s*\n\s*/g, ' '));
    return 2;
  }
  say(
    `a fault of Vitrum, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return 1;
}
