import { format } from 'node:util';

const levels = ['warn', 'error'] as const;
type Level = (typeof levels)[number];

interface Message {
  readonly level: Level;
  readonly text: string;
}

/** Printed by the cpu backend of TensorFlow.js the first time it is used. */
const greeting = 'Hi, looks like you are running TensorFlow.js in Node.js';

/** Drops that greeting between the tests too. */
export function muteGreeting(): void {
  const { warn } = console;
  console.warn = (...args: unknown[]) => {
    if (!format(...args).includes(greeting)) warn(...args);
  };
}

let expected: { readonly pattern: RegExp; met: boolean }[] = [];

/** Lets the rest of the test print warnings or errors that match `pattern`, and demands at least one. */
export function expectWarning(pattern: RegExp): void {
  expected.push({ pattern, met: false });
}

/** Catches what is printed as a warning or an error until the returned function is called, which says what was not expected. */
export function watchConsole(): () => string[] {
  const messages: Message[] = [];
  const originals = levels.map((level) => [level, console[level]] as const);
  expected = [];
  for (const level of levels) {
    console[level] = (...args: unknown[]) => void messages.push({ level, text: format(...args) });
  }
  return () => {
    for (const [level, original] of originals) console[level] = original;
    const unexpected = messages.filter(({ text }) => !(text.includes(greeting) || meet(text)));
    return [
      ...unexpected.map(({ level, text }) => `unexpected console.${level}: ${text}`),
      ...expected.filter(({ met }) => !met).map(({ pattern }) => `no warning matched ${pattern}`),
    ];
  };
}

function meet(text: string): boolean {
  const matching = expected.filter(({ pattern }) => pattern.test(text));
  for (const expectation of matching) expectation.met = true;
  return matching.length > 0;
}
