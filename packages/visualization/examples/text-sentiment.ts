import type { PaintedFigure } from '@vitrum/visualization';
import { highlightedText, type TextRecord } from '@vitrum/visualization/text';

/** A model of one line, so that the attributions are exact: the score is the sum of what its words weigh, “not” turns the next around. */
const weights: Record<string, number> = {
  calm: 1.2,
  clear: 0.9,
  loved: 2.1,
  slow: -0.8,
  dull: -1.9,
  but: -0.3,
  never: -0.4,
  funny: 1.4,
  wonderful: 2.4,
  noise: -1.1,
};

/** Own sentences: coloured by what each word did to the score, below their labels. */
export default function textSentiment(): PaintedFigure {
  const sentences = [
    ['positive', 'A calm , clear film that I loved , slow at first but never dull .'],
    ['negative', 'Two hours of noise . My <children> said “ wonderful ” & fell asleep : dull , dull , dull .'],
  ] as const;
  return highlightedText(
    sentences.map(([trueLabel, sentence]) => record(sentence.split(' '), trueLabel)),
    { title: 'Which words counted', subtitle: 'A score of weighted words; above zero is positive' },
  );
}

function record(tokens: readonly string[], trueLabel: string): TextRecord {
  const attributions = tokens.map((token, at) => {
    const weight = weights[token.toLowerCase()] ?? 0;
    return tokens[at - 1] === 'never' ? -weight : weight;
  });
  const score = attributions.reduce((sum, attribution) => sum + attribution, 0);
  const probability = 1 / (1 + Math.exp(-Math.abs(score)));
  const predictedLabel = score > 0 ? 'positive' : 'negative';
  return {
    tokens,
    attributions,
    trueLabel,
    predictedLabel,
    probability,
    attributionLabel: 'positive',
    score,
    convergenceDelta: 0,
  };
}
