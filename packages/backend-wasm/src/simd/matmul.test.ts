import { setBackend, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, expect, test } from 'vitest';
import { multiplyPacked, packTransposed } from './matmul';

beforeAll(() => setBackend('wasm'));

/** Whole numbers, so that sums are exact in any order. */
const matrix = (rows: number, columns: number, seed: number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => ((i * 7 + j * 3 + seed) % 11) - 5));

const multiplied = (a: number[][], b: number[][]): Tensor2D =>
  tidy(() => multiplyPacked(tensor2d(a), packTransposed(tensor2d(b)), b.length));

const product = (a: number[][], b: number[][]): number[][] =>
  a.map((row) => b.map((column) => row.reduce((sum, x, k) => sum + x * (column[k] ?? Number.NaN), 0)));

test('a product of any size is exact, whatever is left over of four rows and eight columns', async () => {
  for (const rows of [1, 2, 3, 4, 5, 9]) {
    for (const columns of [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16]) {
      for (const depth of [1, 2, 7]) {
        const [a, b] = [matrix(rows, depth, 1), matrix(columns, depth, 2)];
        const c = multiplied(a, b);
        expect(await c.array(), `${rows} × ${depth} × ${columns}`).toEqual(product(a, b));
        c.dispose();
      }
    }
  }
});

test('a product is exact also where rows are cut into blocks that fit the cache', async () => {
  const [a, b] = [matrix(70, 1100, 3), matrix(12, 1100, 4)];
  const c = multiplied(a, b);
  expect(await c.array()).toEqual(product(a, b));
  c.dispose();
});

test('nothing is written outside the product', async () => {
  const neighbours = Array.from({ length: 8 }, () => tensor2d(matrix(1, 4, 0)));
  const c = multiplied(matrix(5, 5, 2), matrix(3, 5, 1));
  for (const neighbour of neighbours) expect(await neighbour.array()).toEqual(matrix(1, 4, 0));
  c.dispose();
});
