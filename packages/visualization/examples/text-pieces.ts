import type { PaintedFigure } from '@vitrum/visualization';
import { highlightedText } from '@vitrum/visualization/text';

/** Pieces of words, joined and added up. The numbers are made up. */
export default function textPieces(): PaintedFigure {
  return highlightedText(
    [
      {
        tokens: ['[CLS]', 'un', '##believ', '##ably', 'good', ',', 'a', 'master', '##piece', '[SEP]'],
        attributions: [0.02, -0.41, 0.3, 0.35, 0.92, 0.01, -0.05, 0.44, 0.61, 0.02],
        predictedLabel: 'positive',
        probability: 0.998,
      },
    ],
    { title: 'Words of WordPiece', merge: 'wordpiece', theme: 'dark', width: 600 },
  );
}
