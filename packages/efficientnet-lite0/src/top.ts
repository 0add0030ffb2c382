import { labels } from './labels';

/** A class and how likely the model finds it. */
export interface Prediction {
  /** Place in the output, 0 to 999. */
  readonly index: number;
  readonly label: string;
  /** exp(logit) / Σ exp(logits), 0 to 1. */
  readonly probability: number;
}

/**
 * The most likely classes of one picture, the likeliest first; of equal ones, the first of the output.
 * @param logits the model's output for one picture: a tensor of 1000 elements, which is borrowed, or its values
 * @param count how many. @defaultValue 5
 * @throws Error if there are not 1000 logits
 */
export async function top(
  logits: ArrayLike<number> | { data(): Promise<ArrayLike<number> | string[]> },
  count = 5,
): Promise<Prediction[]> {
  const values = Array.from('data' in logits ? await logits.data() : logits, Number);
  if (values.length !== labels.length)
    throw new Error(
      `Got ${values.length} logits; expected ${labels.length}, of one picture. Slice the batch and call once for each picture.`,
    );
  const largest = Math.max(...values);
  const total = values.reduce((sum, value) => sum + Math.exp(value - largest), 0);
  return values
    .map((value, index) => ({ index, label: labels[index] ?? '', probability: Math.exp(value - largest) / total }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
