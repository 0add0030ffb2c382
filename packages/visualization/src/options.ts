import { AttributionError } from '@vitrum/core';

/** Holds what JavaScript passes to the words that an option knows. @throws AttributionError 'option' */
export function assertOneOf(name: string, value: unknown, known: readonly string[], fix: string): void {
  if (typeof value === 'string' && known.includes(value)) return;
  throw new AttributionError('option', {
    got: `${name} ${written(value)}`,
    expected: `one of ${known.map((word) => `'${word}'`).join(', ')}`,
    fix,
  });
}

/** Holds a number to what an option can be; NaN and infinities are no numbers here. @throws AttributionError 'option' */
export function assertNumber(
  name: string,
  value: unknown,
  { least = -Infinity, most = Infinity }: { least?: number; most?: number },
  fix: string,
): void {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most) return;
  const from = least > -Infinity ? ` from ${least}` : '';
  throw new AttributionError('option', {
    got: `${name} ${written(value)}`,
    expected: `a number${from}${most < Infinity ? ` to ${most}` : from && ' on'}`,
    fix,
  });
}

/** Holds the width of a page to what letters need. @throws AttributionError 'option' */
export const assertWidth = (width: unknown): void =>
  assertNumber('width', width, { least: 160 }, 'It is in pixels; leave it out for 760.');

/** What came, as code writes it: words in quotes. */
export const written = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));
