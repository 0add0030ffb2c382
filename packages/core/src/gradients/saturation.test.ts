import { onEachBackend, openBackend } from '@vitrum/testing';
import { floats, pullBack } from '@vitrum/testing/internal';
import { beforeAll, expect, test } from 'vitest';
import { gradients } from '.';

/** As the recording holds them: outputs that are nearly as large as they can be, and the signals there. */
const outputs = Float32Array.from({ length: 200 }, (_, i) => 1 - 2 ** -(5 + (i % 15)) * (1 + i / 500));
const signals = Float32Array.from(outputs, (_, i) => 0.5 + i / 150);

onEachBackend('where a function hardly rises any more, on %s', (backend) => {
  beforeAll(() => openBackend(backend));
  const through = async (kernel: string): Promise<number[]> => {
    const seen = floats([outputs.length], [...outputs]);
    const found = await pullBack(kernel, { inputs: { x: seen } }, [signals], gradients, [seen]);
    return [...(found.get('x') ?? [])];
  };

  test('the derivative of a sigmoid, y(1 − y), loses no digits', async () => {
    const found = await through('Sigmoid');
    expect(found).toHaveLength(outputs.length);
    for (const [i, value] of found.entries()) {
      const [y = 0, dy = 0] = [outputs[i], signals[i]];
      expect(Math.abs(value / (dy * y * (1 - y)) - 1)).toBeLessThan(3e-7); // three roundings
    }
  });

  test('the derivative of a hyperbolic tangent, 1 − y², loses no more than y² is rounded by', async () => {
    const found = await through('Tanh');
    expect(found).toHaveLength(outputs.length);
    for (const [i, value] of found.entries()) {
      const [y = 0, dy = 0] = [outputs[i], signals[i]];
      const slope = 1 - y * y;
      expect(Math.abs(value / dy - slope)).toBeLessThan(2 ** -25 + 2e-7 * slope);
    }
  });
});
