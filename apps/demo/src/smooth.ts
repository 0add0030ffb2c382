import type { AttributionMap } from '@vitrum/visualization';

/**
 * The map under a Gaussian, along rows and then columns, with weights to 3σ. Each value is spread with weights that sum to 1
 * within the map, so that the sum of all values stays what it is.
 * @param sigma standard deviation, in pixels
 */
export function smooth({ width, height, values }: AttributionMap, sigma: number): AttributionMap {
  const rows = spread(values, { lines: height, length: width, step: 1, stride: width }, sigma);
  return { width, height, values: spread(rows, { lines: width, length: height, step: width, stride: 1 }, sigma) };
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** From one value of a line to the next, and from one line to the next. */
  readonly step: number;
  readonly stride: number;
}

function spread(values: Float32Array, { lines, length, step, stride }: Lines, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma);
  const weight = (distance: number) => Math.exp(-(distance ** 2) / (2 * sigma ** 2));
  const result = new Float32Array(values.length);
  for (let from = 0; from < length; from++) {
    const [first, last] = [Math.max(0, from - reach), Math.min(length - 1, from + reach)];
    const weights = Array.from({ length: last - first + 1 }, (_, i) => weight(first + i - from));
    const total = weights.reduce((sum, w) => sum + w, 0);
    for (let line = 0; line < lines; line++) {
      const value = (values[line * stride + from * step] ?? 0) / total;
      if (value === 0) continue;
      weights.forEach((w, i) => {
        const at = line * stride + (first + i) * step;
        result[at] = (result[at] ?? 0) + value * w;
      });
    }
  }
  return result;
}
