import type { Explanation } from '../explanation';
import type { Prediction } from '../network/predictions';
import type { Terminal } from './terminal';

type Paint = Terminal['style']['result'];

/** `   40.9 %  tiger cat             282` */
export function predictionLine({ label, index, probability, score }: Prediction): string {
  const said =
    probability === undefined ? score.toPrecision(4).padStart(7) : `${(100 * probability).toFixed(1).padStart(5)} %`;
  return `  ${said}  ${label.padEnd(20)} ${String(index).padStart(4)}`;
}

/** `  Integrated Gradients    37.5 s   203 model rows   tiger cat` */
export function methodLine({ title, target, seconds, rows }: Explanation, paint: Paint): string {
  const time = `${seconds.toFixed(1).padStart(5)} s  ${String(rows).padStart(4)} model ${rows === 1 ? 'row ' : 'rows'}`;
  return `  ${paint('bold', title.padEnd(22))} ${time}   ${target}`;
}

/** How near the values come to what they should sum to, for methods that promise it. */
export function completenessLine({ convergenceDelta, score, baselineScore }: Explanation): readonly string[] {
  if (convergenceDelta === undefined) return [];
  const wanted = score - (baselineScore ?? 0);
  const of = baselineScore === undefined ? 'S(photo)' : 'S(photo) − S(baseline)';
  return [`Σφ = ${of} = ${wanted.toFixed(3)} within ${Math.abs(convergenceDelta).toFixed(3)}`];
}
