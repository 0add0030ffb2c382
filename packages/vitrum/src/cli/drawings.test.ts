import type { Picture } from '@vitrum/visualization';
import { expect, test } from 'vitest';
import type { Explanation } from '../explanation';
import { sheetOf } from './drawings';

const seen: Picture = { width: 2, height: 2, data: new Uint8ClampedArray(16).fill(255) };
const explanation = {
  title: 'Saliency',
  target: 'crane',
  index: 0,
  detail: '',
  map: { width: 2, height: 2, values: Float32Array.of(1, 0, 0, 0) },
} as Explanation; // nothing else of it is drawn

const sheet = (other: string) =>
  sheetOf(
    {
      seen,
      explanations: [explanation],
      predictions: [
        { index: 0, label: 'crane', score: 0.75, probability: 0.75 },
        { index: 1, label: other, score: 0.25, probability: 0.25 },
      ],
    },
    'model',
  ).svg();

test('a sheet says how likely its class is', () => {
  expect(sheet('heron')).toContain('75.0 %');
});

test('a sheet says it of the class that was explained, whatever another is called', () => {
  expect(sheet('crane')).toContain('75.0 %');
  expect(sheet('crane')).not.toContain('25.0 %');
});
