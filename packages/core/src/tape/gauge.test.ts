import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { gauge } from './gauge';

beforeAll(() => tf.setBackend('cpu'));
const floats = (count: number) => tf.zeros([count]);

test('code in one go counts by what the engine held at most, beside what it held before', () => {
  floats(1000);
  const found = gauge();
  const first = floats(10);
  found.measure();
  first.dispose();
  floats(4);
  found.measure();
  found.end();
  expect([found.most, found.held]).toEqual([40, 16]);
});

test('what others took or freed between two pieces of code does not count', () => {
  const before = floats(1000);
  const found = gauge();
  floats(10);
  found.end();
  before.dispose();
  floats(5000);
  found.begin();
  floats(3);
  found.measure();
  found.end();
  expect([found.most, found.held]).toEqual([52, 52]);
});

test('code with pauses counts by all that it made, whatever others took meanwhile', () => {
  const found = gauge();
  found.made(40);
  found.pause();
  floats(1000);
  found.measure();
  found.made(8);
  found.end();
  expect([found.most, found.held]).toEqual([48, 48]);
});

test('another recording counts beside it', () => {
  const found = gauge();
  floats(10);
  found.end();
  const other = gauge();
  const most = floats(5);
  other.measure();
  most.dispose();
  other.end();
  found.join(other);
  expect([found.most, found.held]).toEqual([60, 40]);
});
