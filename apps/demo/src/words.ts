import type { AttributionMap, Sign } from '@vitrum/visualization';
import type { Catalogue } from './card';
import { colours } from './colours';
import { type Answer, grounds } from './question';
import type { Display } from './state';

/** What people call a method. */
export const titleOf = (method: string, catalogue: Catalogue | undefined): string =>
  catalogue?.methods.find(({ name }) => name === method)?.title ?? method;

/** What an answer is worth, in one sentence: how much of the score it accounts for, or that it does not say. */
export function tell({ how, score, baselineScore, delta }: Answer, catalogue: Catalogue | undefined): string {
  const card = catalogue?.methods.find(({ name }) => name === how.method);
  if (card?.targetless) return 'Shows what the network computed here, whatever it concludes from it.';
  if (delta === undefined) return 'Says where, not how much: its numbers do not add up to the score.';
  if (baselineScore === undefined) return `Explains ${share(delta, score)} of the score, ${fixed(score)}.`;
  const ground = card?.against === 'several' ? 'black, grey and white' : grounds[how.ground];
  const [here, there] = [fixed(score), fixed(baselineScore)];
  return `Explains ${share(delta, score - baselineScore)} of the difference between this photograph (${here}) and ${ground} (${there}).`;
}

/** 1 − |δ| / |whole|, as far as the digits go; more than the whole is unexplained when the two are far apart. */
function share(delta: number, whole: number): string {
  const part = 1 - Math.abs(delta) / Math.abs(whole);
  if (!(part > 0)) return 'next to nothing';
  // Rounded down, so that 100 % means all of it.
  const percent = Math.floor(part * 1000) / 10;
  return `${percent.toFixed(percent === 100 ? 0 : 1)} %`;
}

/** A score for reading, beside others. */
const fixed = (score: number): string => (Math.abs(score) < 0.005 ? '0' : score.toFixed(2).replace('-', '−'));

/** What the colours say, in a sentence. */
export function legend({ sign, colours: name }: Display): string {
  const { raises, lowers, against, size } = colours[name];
  return {
    all: `${capital(raises)} is what speaks for it, ${lowers} what speaks against it.`,
    positive: `${capital(raises)} is what speaks for it.`,
    negative: `${capital(against)} is what speaks against it.`,
    absolute: `${capital(size)} is what matters, for it or against it.`,
  }[sign];
}

/** What was done to the maps for the eye. */
export const detailOf = ({ smoothing }: Display): string =>
  smoothing > 0 ? `Maps are smoothed by a Gaussian of ${smoothing} pixels.` : '';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What it took: rows of the network and time. */
export function effort({ cost: { forward, backward, milliseconds } }: Answer): string {
  const seconds = milliseconds < 9950 ? (milliseconds / 1000).toFixed(1) : Math.round(milliseconds / 1000);
  const runs = `${forward} ${forward === 1 ? 'run' : 'runs'} of the network`;
  return backward > 0 ? `${runs} and ${backward} back, ${seconds} s` : `${runs}, ${seconds} s`;
}

const rows = ['top', 'middle', 'bottom'];
const columns = ['left', 'centre', 'right'];

/** Where a map is strongest, for those who do not see it. */
export function whereabouts({ width, height, values }: AttributionMap, sign: Sign): string {
  const parts = [
    ...(sign !== 'negative' && sign !== 'absolute' ? [['for it', (value: number) => Math.max(0, value)] as const] : []),
    ...(sign === 'all' || sign === 'negative' ? [['against it', (value: number) => Math.max(0, -value)] as const] : []),
    ...(sign === 'absolute' ? [['either way', Math.abs] as const] : []),
  ];
  return parts
    .map(([what, size]) => {
      const sums = new Float64Array(9);
      values.forEach((value, pixel) => {
        const row = Math.floor((3 * Math.floor(pixel / width)) / height);
        const column = Math.floor((3 * (pixel % width)) / width);
        sums[3 * row + column] = (sums[3 * row + column] ?? 0) + size(value);
      });
      const total = sums.reduce((sum, value) => sum + value, 0);
      if (total === 0) return `nothing ${what}`;
      const best = sums.indexOf(Math.max(...sums));
      const where = best === 4 ? 'in the middle' : `at the ${rows[Math.floor(best / 3)]} ${columns[best % 3]}`;
      return `most ${what} ${where}`;
    })
    .join(', ');
}

/** A number for reading: three digits that matter. */
export function number(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = size >= 0.001 && size < 10000 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
  return digits.replace('-', '−');
}

/** A probability for reading. */
export function percent(probability: number): string {
  return probability < 0.001 ? '< 0.1 %' : `${(100 * probability).toFixed(probability < 0.0995 ? 1 : 0)} %`;
}

/** The name of an option in words: `multiplyByInputs` → “multiply by inputs”. */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** A description for a page: names of options, which stand between backticks, in words. */
export const plainly = (description: string): string =>
  description.replace(/`(\w+)`/g, (_, name: string) => `“${inWords(name)}”`);
