import { expect, test } from 'vitest';
import { coverage } from './coverage';
import type { Point } from './glyphs';

const circle = (x: number, y: number, radius: number, turn: 1 | -1): Point[] =>
  Array.from({ length: 90 }, (_, index): Point => {
    const angle = (turn * index * Math.PI) / 45;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
  });

test('gives a pixel the share of it that is covered', () => {
  const rectangle: Point[] = [
    [0.25, 0.5],
    [2, 0.5],
    [2, 1.5],
    [0.25, 1.5],
  ];
  expect(Array.from(coverage([rectangle], 3, 2).shares)).toEqual([0.375, 0.5, 0, 0.375, 0.5, 0]);
});

test('covers a triangle by its area', () => {
  const { shares } = coverage(
    [
      [
        [0, 0],
        [7, 1],
        [2, 5],
      ],
    ],
    7,
    5,
  );
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo((7 * 5 - 2 * 1) / 2, 4);
});

test('leaves a hole that turns the other way open', () => {
  const size = 20;
  const { shares } = coverage([circle(10, 10, 9, 1), circle(10.3, 9.6, 5.5, -1)], size, size);
  const inside = (x: number, y: number) => Math.hypot(x - 10, y - 10) < 9 && Math.hypot(x - 10.3, y - 9.6) > 5.5;
  shares.forEach((share, pixel) => {
    let hits = 0;
    for (let sample = 0; sample < 400; sample++) {
      const x = (pixel % size) + ((sample % 20) + 0.5) / 20;
      const y = Math.floor(pixel / size) + (Math.floor(sample / 20) + 0.5) / 20;
      if (inside(x, y)) hits++;
    }
    expect(Math.abs(share - hits / 400)).toBeLessThan(0.05);
  });
});

test('counts an overlap once', () => {
  const square: Point[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  expect(Array.from(coverage([square, square], 1, 1).shares)).toEqual([1]);
});
