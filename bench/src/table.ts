import { least, median, ratios } from './measure';

/** What was measured: runs of Vitrum, and of what it is compared with. */
export interface Measurement {
  readonly section: string;
  /** What was done, and where. */
  readonly what: string;
  /** @defaultValue 'ms' */
  readonly unit?: 'ms' | 'µs';
  readonly ours: readonly number[];
  readonly against?: { readonly name: string; readonly runs: readonly number[] };
  /** What may not be exceeded, and what is aimed at: of the ratio if there is one, else of the value. */
  readonly bar?: number;
  readonly goal?: number;
  readonly note?: string;
}

/** A line of the table that has no numbers, and says why. */
interface Absent {
  readonly section: string;
  readonly what: string;
  readonly absent: string;
}

export type Line = Measurement | Absent;

const heading = [
  'section',
  'what',
  'Vitrum: least · median',
  'against',
  'least · median',
  'ratio: least · median',
  'bar · goal',
  '',
];

/** The lines as a Markdown table. */
export function table(lines: readonly Line[]): string {
  const rows = [heading, heading.map(() => '---'), ...lines.map(cells)];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cells(line: Line): string[] {
  if ('absent' in line) return [line.section, line.what, line.absent, '', '', '', '', ''];
  const { section, what, unit = 'ms', ours, against, bar, goal, note = '' } = line;
  const both = (runs: readonly number[]) => `${digits(least(runs))} · ${digits(median(runs))} ${unit}`;
  const ratio = against && ratios(ours, against.runs);
  return [
    section,
    what,
    both(ours),
    against?.name ?? '',
    against ? both(against.runs) : '',
    ratio ? `${digits(ratio.least)} · ${digits(ratio.median)}` : '',
    bar === undefined
      ? ''
      : `${bar}${goal === undefined ? '' : ` · ${goal}`}: ${verdict(ratio?.median ?? median(ours), bar, goal)}`,
    note,
  ];
}

function verdict(value: number, bar: number, goal = Number.NEGATIVE_INFINITY): string {
  if (value <= goal) return 'goal met';
  return value <= bar ? 'met' : 'missed';
}

/** Three significant digits, thousands apart. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 6 });
}
