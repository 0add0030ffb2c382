import {
  blendedHeatMap,
  type Drawing,
  drawSheet,
  heatMap,
  maskedImage,
  original,
  type Picture,
} from '@vitrum/visualization';
import type { Answer } from '../explain';
import type { Explanation } from '../explanation';

/** The pictures of one explanation, by what files are called. */
export function drawingsOf(
  { map, title, target, detail }: Explanation,
  seen: Picture,
): Readonly<Record<string, Drawing>> {
  return {
    original: { ...original(seen), title, caption: [target, detail].filter(Boolean).join(': ') },
    'heat-map': heatMap(map),
    overlay: { ...blendedHeatMap(map, seen), title: 'For and against', caption: 'red speaks for it, blue against it' },
    positive: { ...heatMap(map, { sign: 'positive' }), title: 'For', caption: 'what raises the score' },
    negative: { ...heatMap(map, { sign: 'negative' }), title: 'Against', caption: 'what lowers the score' },
    masked: { ...maskedImage(map, seen), title: 'Masked', caption: 'the photograph where it speaks for it' },
  };
}

const onSheet = ['original', 'overlay', 'positive', 'negative', 'masked'];

/** All explanations on one page. */
export function sheetOf({ seen, explanations, predictions }: Answer, model: string): Picture {
  const targets = [...new Set(explanations.map(({ target }) => target))];
  const answered = predictions.find(({ label }) => targets.length === 1 && label === targets[0]);
  const likely = answered?.probability === undefined ? '' : `, ${(100 * answered.probability).toFixed(1)} %`;
  const what = targets.map((target) => `“${target}”${likely}`).join(', ');
  const rows = explanations.flatMap((explanation) => {
    const drawings = drawingsOf(explanation, seen);
    return onSheet.flatMap((name) => drawings[name] ?? []);
  });
  return drawSheet(rows, {
    title: `What did the network look at? ${what}`,
    subtitle: `${model}, explained by Vitrum. Numbers are in units of the score.`,
    columns: onSheet.length,
    panelWidth: Math.max(160, Math.min(320, seen.width)),
  });
}
