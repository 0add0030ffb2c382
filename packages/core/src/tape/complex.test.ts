import * as tf from '@tensorflow/tfjs';
import { closeTo } from '@vitrum/testing';
import { beforeAll, describe, test } from 'vitest';
import { tapeGradient } from '../../test/tape';
import { finiteDifferences, random, values } from '../../test/tensors';

beforeAll(() => tf.setBackend('cpu'));

describe('complex numbers between real ones', () => {
  test("the energy of a spectrum is that of the signal, by Parseval's theorem, and so is its gradient", async () => {
    for (const length of [8, 6, 5]) {
      const x = random([2, length]);
      const energy = (x: tf.Tensor) => tf.sum(tf.square(tf.abs(tf.fft(tf.complex(x, tf.zerosLike(x))))));
      await closeTo(await tapeGradient(energy, x), tf.mul(x, 2 * length));
    }
  });

  test('there and back again is the identity', async () => {
    const x = random([2, 8]);
    const weights = random([2, 8], 2);
    const model = (x: tf.Tensor) => tf.sum(tf.mul(tf.reshape(tf.irfft(tf.rfft(x)), [2, 8]), weights));
    await closeTo(await tapeGradient(model, x), weights);
  });

  test('a product of spectra is a circular convolution', async () => {
    const [x, kernel, weights] = [random([1, 6]), random([1, 6], 2), random([1, 6], 3)] as const;
    const spectrum = (t: tf.Tensor) => tf.fft(tf.complex(t, tf.zerosLike(t)));
    const model = (x: tf.Tensor) => tf.mul(tf.real(tf.ifft(tf.mul(spectrum(x), spectrum(kernel)))), weights);
    const [k, w] = [await values(kernel), await values(weights)];
    const expected = Array.from({ length: 6 }, (_, i) =>
      w.reduce((sum, weight, j) => sum + weight * (k[(j - i + 6) % 6] ?? 0), 0),
    );
    await closeTo(await tapeGradient(model, x), { shape: [1, 6], values: expected });
  });

  test('a sum of a complex and a real number moves with both', async () => {
    const x = random([4]);
    const model = (x: tf.Tensor) => tf.real(tf.sub(tf.complex(tf.square(x), x), tf.mul(x, 3)));
    await closeTo(await tapeGradient(model, x), tf.sub(tf.mul(x, 2), 3));
  });

  test('a spectrogram moves as finite differences say', async () => {
    const x = random([16]);
    const spectrogram = (x: tf.Tensor) => tf.abs(tf.signal.stft(x as tf.Tensor1D, 8, 4));
    const expected = await finiteDifferences(spectrogram, x, 2e-3);
    await closeTo(await tapeGradient(spectrogram, x), { shape: [16], values: expected }, { relative: 2e-3 });
  });
});
