import { expect, test } from 'vitest';
import type { Network } from '../network/network';
import { scaleOf } from '../network/scale';
import { askedMethods } from './methods';

/** What of a network the options of methods depend on. */
const network = {
  size: { height: 8, width: 8, channels: 3 },
  scale: scaleOf('0..1'),
} as Network; // nothing else of it is asked for

test('options of a method around another and of that other are told apart', () => {
  const [asked] = askedMethods(
    ['smoothGrad:varGrad:integratedGradients'],
    ['smoothGrad.noise=0.5', 'varGrad.noise=0.25', 'integratedGradients.steps=20'],
    network,
    undefined,
  );
  expect(asked?.options).toMatchObject({ noise: 0.5, 'of.noise': 0.25, 'of.of.steps': 20 });
  expect(asked?.detail).toBe('noise 0.5, of.noise 0.25, of.of.steps 20');
});

test('a method by itself has its options under their own names', () => {
  const [asked] = askedMethods(['integratedGradients'], ['integratedGradients.steps=20'], network, undefined);
  expect(asked?.options).toMatchObject({ steps: 20 });
  expect(asked?.detail).toBe('steps 20');
});
