import { add, gather, log, mul, squeeze, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { InceptionV3Model } from 'nsfwjs/models/inception_v3';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import { MobileNetV2MidModel } from 'nsfwjs/models/mobilenet_v2_mid';
import { beforeAll, describe, expect, test } from 'vitest';
import { onEachBackend, openBackend, seededNumbers } from '../../src';
import { own } from '../../src/internal';
import { type Classifier, load } from './nsfw';

const models = [
  ['MobileNetV2, a LayersModel', MobileNetV2Model],
  ['MobileNetV2 of other weights, a GraphModel', MobileNetV2MidModel],
  ['InceptionV3, a LayersModel', InceptionV3Model],
] as const;

/** Lengths of the steps, of pictures whose values run from 0 to 1. Longer ones cross kinks, shorter ones drown in rounding. */
const steps = [0.002, 0.001, 0.0005];

onEachBackend(
  'on %s, the gradient of a photograph’s score',
  (backend) => {
    beforeAll(() => openBackend(backend));

    describe.each(models)('in %s', (_, packed) => {
      test('is its derivative by differences, within 2 % along what it says matters', async () => {
        const classifier = await load(packed);
        try {
          const { slope, along } = await explained(classifier);
          for (const part of [slope, ...weighed(slope, 2)]) {
            const { byGradient, byDifferences } = await along(part);
            expect(Math.abs(byGradient / byDifferences - 1)).toBeLessThan(0.02);
          }
        } finally {
          classifier.model.dispose();
        }
      });

      // One such direction holds a few hundredths of the gradient: enough to show what a gradient leaves out.
      test('leaves nothing out: it is right along directions that know nothing of it', async () => {
        const classifier = await load(packed);
        try {
          const { slope, along } = await explained(classifier);
          let [off, all] = [0, 0];
          for (let seed = 1; seed <= 4; seed++) {
            const { byGradient, byDifferences } = await along(seededNumbers(seed, slope.length));
            off += (byGradient - byDifferences) ** 2;
            all += byDifferences ** 2;
          }
          expect(Math.sqrt(off / all)).toBeLessThan(0.1);
        } finally {
          classifier.model.dispose();
        }
      });
    });
  },
  ['wasm', 'node'],
);

/** The score's gradient, and its derivative along a direction, by the gradient and by central differences of the model itself. */
async function explained({ model, answer, photo }: Classifier) {
  const x = await photo();
  const [first, second] = await twoLargest(answer(x));
  /** log p of the first class − log p of the second: a score that no softmax flattens. */
  const score = ([p]: readonly Tensor[]): Tensor =>
    tidy(() => {
      const of = (index: number) => squeeze(gather(log(p as Tensor), [index], 1), [1]);
      return sub(of(first), of(second));
    });
  const why = await attribute(model, x, { method: gradient(), target: score });
  const slope = await own(why.values).data<'float32'>();

  const along = async (direction: Float32Array) => {
    const length = Math.sqrt(dot(direction, direction));
    const moved = tidy(() => {
      const ways = tensor(
        steps.flatMap((step) => [step, -step].map((way) => way / length)),
        [2 * steps.length, 1, 1, 1],
      );
      return score([answer(add(x, mul(ways, tensor(direction, x.shape))))]);
    });
    const scores = await moved.data();
    const differences = steps.map((step, i) => ((scores[2 * i] ?? 0) - (scores[2 * i + 1] ?? 0)) / (2 * step));
    return { byGradient: dot(slope, direction) / length, byDifferences: steadiest(differences) };
  };
  return { slope, along };
}

/** `slope`, each of its elements times a number of [0, 1). */
const weighed = (slope: Float32Array, count: number): Float32Array[] =>
  Array.from({ length: count }, (_, i) => {
    const weights = seededNumbers(100 + i, slope.length);
    return slope.map((value, j) => (value * ((weights[j] ?? 0) + 1)) / 2);
  });

async function twoLargest(row: Tensor): Promise<[number, number]> {
  const values = [...(await row.data())];
  const [first = 0, second = 0] = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return [first, second];
}

/** The mean of the two neighbours that agree best. */
function steadiest(differences: readonly number[]): number {
  const pairs = differences.slice(1).map((value, i) => [value, differences[i] ?? 0] as const);
  const [[a, b] = [Number.NaN, Number.NaN]] = pairs.sort(([a, b], [c, d]) => Math.abs(a - b) - Math.abs(c - d));
  return (a + b) / 2;
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
