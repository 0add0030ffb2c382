import { get } from 'node:http';
import { connect } from 'node:net';
import '@tensorflow/tfjs-backend-cpu';
import { engine, keep, ones, setBackend, type Tensor, tidy, variable } from '@tensorflow/tfjs-core';
import { interpolate } from '@vitrum/layer-methods';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectWarning, watchConsole } from './hostile/console';
import { watchNetwork } from './hostile/network';
import { own, watchTensors } from './hostile/tensors';

// `test.fails` passes when the environment fails the test: nothing in these bodies fails by itself.

describe('a test that prints', () => {
  test.fails('a warning fails', () => console.warn('beware'));
  test.fails('an error fails', () => console.error('oh'));
  test.fails('another warning than the expected one fails', () => {
    expectWarning(/beware/);
    console.warn('beware');
    console.warn('and this');
  });
  test.fails('no warning where one is expected fails', () => expectWarning(/beware/));
  test('the expected warning passes', () => {
    expectWarning(/beware/);
    console.warn('beware of %s', 'this');
  });
  test('a line to the log passes', () => console.log(''));

  test('is told what it printed', () => {
    const finish = watchConsole();
    console.warn('beware of %d', 2);
    expect(finish()).toEqual(['unexpected console.warn: beware of 2']);
  });
});

describe('a test that touches the network', () => {
  test.fails('with fetch fails, even if it catches the error', async () => {
    await fetch('http://localhost:9').catch(() => {});
  });
  test.fails('with a socket fails, even if it catches the error', () => {
    expect(() => connect(9, 'localhost')).toThrow('network is off');
  });
  test.fails('with http fails', async () => {
    await new Promise((resolve) => get('http://localhost:9').on('error', resolve).on('response', resolve));
  });
  test('with fetch of a data URL passes', async () => {
    expect(await (await fetch('data:,hello')).text()).toBe('hello');
  });

  test('is told what it tried', async () => {
    const finish = watchNetwork();
    await expect(fetch('http://localhost:9/x')).rejects.toThrow('the network is off in tests');
    expect(() => connect({ host: 'example.org', port: 80 })).toThrow();
    expect(finish()).toEqual([
      'network call: fetch of http://localhost:9/x',
      'network call: connection to example.org:80',
    ]);
  });
});

describe('a test that leaves', () => {
  let shared: Tensor[] = [];
  beforeAll(async () => {
    await setBackend('cpu');
    shared = [ones([1, 2, 2, 1]), ones([1])];
  });
  afterAll(() => {
    for (const tensor of shared) tensor.dispose();
  });
  const image = () => shared[0] as Tensor; // made just above

  test.fails('a tensor that a function of the library returned fails', () => {
    interpolate(image(), [4, 4]);
  });
  test.fails('one that asynchronous code of the library made fails', async () => {
    await Promise.resolve().then(() => interpolate(image(), [4, 4]));
  });
  test.fails('a kept tensor fails', () => {
    keep(ones([1]));
  });
  test.fails('a variable fails', () => {
    tidy(() => variable(ones([1])));
  });
  test.fails('a scope open fails', () => {
    engine().startScope();
  });
  test.fails('fewer tensors than it found fails', () => {
    shared[1]?.dispose();
  });
  test('its own tensors passes, as they are freed with it', () => {
    ones([1]);
  });
  test('nothing passes, and `own` disposes what a call returned', () => {
    own(interpolate(image(), [4, 4]));
    own([interpolate(image(), [2, 2]), interpolate(image(), [1, 1])]);
    interpolate(image(), [4, 4]).dispose();
    tidy(() => interpolate(image(), [4, 4]));
  });

  test('is told where the tensor was made', () => {
    const finish = watchTensors();
    const left = interpolate(image(), [4, 4]);
    const [problem] = finish();
    expect(problem).toMatch(/^1 tensors made at packages\/layer-methods\/src\/interpolate\.ts:\d+ were not disposed$/);
    expect(left.isDisposed).toBe(true);
  });
});
