import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { wrong } from '../errors';
import type { Network } from './network';

/** A class and what the model says of it. */
export interface Prediction {
  /** Place in the output. */
  readonly index: number;
  readonly label: string;
  /** What the output says. */
  readonly score: number;
  /** 0 to 1, if the outputs sum to 1, or are known to be the logits of such. */
  readonly probability?: number;
}

/** What a network answers to an input, all classes, the likeliest first; of equal ones, the first of the output. */
export async function predictionsOf(
  { outputs, labels, logits = false }: Pick<Network, 'outputs' | 'labels' | 'logits'>,
  input: Tensor,
): Promise<Prediction[]> {
  const tensors = await outputs(input);
  try {
    const [output] = tensors;
    if (!output || tensors.length > 1 || output.rank !== 2)
      throw wrong(
        'model',
        `outputs of shape ${tensors.map(({ shape }) => `[${shape}]`).join(', ')}`,
        'one, [examples, classes]',
        'Explain other models from a program, with attribute() of @vitrum/core.',
      );
    const scores = Array.from(await output.data());
    if (labels && labels.length !== scores.length)
      throw wrong(
        'option',
        `${labels.length} labels`,
        `${scores.length}, one for each class of the model`,
        'Name the right file with --labels.',
      );
    const probabilities = probabilitiesOf(scores, logits);
    return scores
      .map((score, index): Prediction => {
        const probability = probabilities?.[index];
        return {
          index,
          label: labels?.[index] ?? `class ${index}`,
          score,
          ...(probability !== undefined && { probability }),
        };
      })
      .sort((a, b) => b.score - a.score);
  } finally {
    dispose([...tensors]);
  }
}

/** The scores themselves if they sum to 1; their softmax if they are said to be `logits`; else none, as nothing says what they are. */
function probabilitiesOf(scores: readonly number[], logits: boolean): readonly number[] | undefined {
  if (logits) return softmaxOf(scores);
  const sum = scores.reduce((sum, score) => sum + score, 0);
  const are = scores.length > 1 && scores.every((score) => score >= 0 && score <= 1) && Math.abs(sum - 1) < 1e-3;
  return are ? scores : undefined;
}

function softmaxOf(scores: readonly number[]): readonly number[] {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
