import {
  blendedHeatMap,
  type Drawing,
  heatMap,
  maskedImage,
  original,
  type PaintedFigure,
  type Picture,
  sheet,
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

const rowOf = (explanation: Explanation, seen: Picture): readonly Drawing[] => {
  const drawings = drawingsOf(explanation, seen);
  return onSheet.flatMap((name) => drawings[name] ?? []);
};

/** As wide as the picture, enlarged by whole numbers to at least 200 pixels. */
const panels = ({ width }: Picture) => ({
  columns: onSheet.length,
  panelWidth: width * Math.ceil(200 / width),
});

/** All explanations on one page. */
export function sheetOf({ seen, explanations, predictions }: Answer, model: string): PaintedFigure {
  const targets = [...new Set(explanations.map(({ target }) => target))];
  const [first] = explanations;
  const answered = predictions.find(({ index }) => targets.length === 1 && index === first?.index);
  const likely = answered?.probability === undefined ? '' : `, ${(100 * answered.probability).toFixed(1)} %`;
  const what = targets.map((target) => `“${target}”${likely}`).join(', ');
  return sheet(
    explanations.flatMap((explanation) => rowOf(explanation, seen)),
    {
      title: `What did the network look at? ${what}`,
      subtitle: `${model}, explained by Vitrum. Numbers are in units of the score.`,
      ...panels(seen),
    },
  );
}

/** One explanation by itself. */
export const figureOf = (explanation: Explanation, seen: Picture, model: string): PaintedFigure =>
  sheet(rowOf(explanation, seen), {
    title: `${explanation.title}: “${explanation.target}”`,
    subtitle: `${model}, explained by Vitrum. Numbers are in units of the score.`,
    ...panels(seen),
  });
