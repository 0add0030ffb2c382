import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExplanationRecord } from './record';
import type { Terminal } from './terminal';

/** How to open what was made, and what to try next. */
export function hints(terminal: Terminal, records: readonly ExplanationRecord[], ofTheCat: boolean): void {
  const files = records.flatMap(({ files }) => files);
  const [first] = files;
  if (first === undefined) return;
  terminal.talk('');
  if (records.length > 1) {
    hintsOfSeveral(terminal, records);
    return;
  }
  const find = (name: string) => files.find((file) => file.endsWith(name));
  const [report, sheet] = [find('report.html'), find('explanation.png')];
  if (report) terminal.talk(`  ${terminal.style.talk('bold', 'Open')}  ${pathToFileURL(resolve(report)).href}`);
  const shown = report === undefined ? first : sheet;
  const others = files.length - (report === undefined ? 1 : 2);
  if (shown && shown !== report)
    terminal.talk(
      `  ${report ? 'and ' : 'Open'}  ${shown}${others > 0 ? `; ${others} more ${others === 1 ? 'file is' : 'files are'} beside it` : ''}`,
    );
  if (!ofTheCat) return;
  const command = process.env.npm_lifecycle_event === 'start' ? 'npm start --' : 'vitrum explain';
  terminal.talk(
    `  ${terminal.style.talk('bold', 'Next')}  ${command} photo.jpg --target top3, or --method lrp,smoothGrad:gradient, or --help`,
  );
}

/** A folder each: the first file of every one, which is the report if there is one. */
function hintsOfSeveral(terminal: Terminal, records: readonly ExplanationRecord[]): void {
  const open = terminal.style.talk('bold', 'Open');
  let others = 0;
  for (const [at, { files }] of records.entries()) {
    const shown = files.find((file) => file.endsWith('report.html')) ?? files[0];
    if (shown === undefined) continue;
    others += files.length - 1;
    terminal.talk(`  ${at === 0 ? open : 'and '}  ${pathToFileURL(resolve(shown)).href}`);
  }
  if (others > 0) terminal.talk(`        ${others} more ${others === 1 ? 'file is' : 'files are'} in their folders`);
}
