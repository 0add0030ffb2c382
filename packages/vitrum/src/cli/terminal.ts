import { styleText } from 'node:util';
import { SingleBar } from 'cli-progress';

type Style = 'bold' | 'dim' | 'red' | 'yellow';

/** Where the command says things: results to stdout, everything else to stderr. */
export interface Terminal {
  /** A line of the result. */
  result(line: string): void;
  /** A line for the person at the terminal. */
  talk(line: string): void;
  /** How far the work is; drawn only where somebody looks. */
  progress(title: string, done: number, total: number): void;
  /** Takes the bar away. */
  rest(): void;
  readonly style: { result(style: Style, text: string): string; talk(style: Style, text: string): string };
}

/** Colours and moving bars only on a terminal, and colours only if NO_COLOR is not set. */
export function terminal({ quiet }: { readonly quiet: boolean }): Terminal {
  const { stdout, stderr } = process;
  const paint = (stream: NodeJS.WriteStream) => (style: Style, text: string) =>
    stream.isTTY && stream.hasColors() ? styleText(style, text) : text;
  let bar: { readonly title: string; readonly drawn: SingleBar } | undefined;
  const rest = () => {
    bar?.drawn.stop();
    bar = undefined;
  };
  return {
    result(line) {
      rest();
      stdout.write(`${line}\n`);
    },
    talk(line) {
      rest();
      if (!quiet) stderr.write(`${line}\n`);
    },
    progress(title, done, total) {
      if (quiet || !stderr.isTTY) return;
      if (bar?.title !== title) {
        rest();
        bar = { title, drawn: newBar(title, total) };
      }
      bar.drawn.setTotal(total);
      bar.drawn.update(done);
    },
    rest,
    style: { result: paint(stdout), talk: paint(stderr) },
  };
}

function newBar(title: string, total: number): SingleBar {
  const drawn = new SingleBar({
    stream: process.stderr,
    format: `  ${title.padEnd(22)} {bar} {percentage} %   {eta_formatted} left`,
    barCompleteChar: '━',
    barIncompleteChar: '─',
    barsize: 24,
    etaBuffer: 40,
    fps: 8,
    clearOnComplete: true,
    hideCursor: true,
    gracefulExit: false,
    emptyOnZero: true,
  });
  drawn.start(total, 0);
  return drawn;
}
