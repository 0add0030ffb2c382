import type { Tensor } from '@tensorflow/tfjs-core';
import { preprocess, top } from '@vitrum/efficientnet-lite0';
import type { Picture } from '@vitrum/visualization';
import type { Look } from './question';

/** A network that tells classes: pictures in, a score for each class out. */
export interface Classifier {
  predict(input: Tensor): Tensor;
}

/** The five likeliest classes of a photograph. Holds no tensor afterwards, nor when the network fails. */
export async function classify(photograph: Picture, { predict }: Classifier): Promise<Look['predictions']> {
  const held: Tensor[] = [];
  try {
    const input = preprocess(photograph);
    held.push(input);
    const logits = predict(input);
    held.push(logits);
    const [best, scores] = await Promise.all([top(logits), logits.data()]);
    return best.map((one) => ({ ...one, score: Number(scores[one.index]) }));
  } finally {
    for (const tensor of held) tensor.dispose();
  }
}
