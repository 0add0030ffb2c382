import type { KernelCases } from '../gradcheck/kernel-case';
import { distinct, floats, integers, smooth } from '../gradcheck/values';

const sparseSegments = [
  { data: smooth(5), indices: integers([4], [0, 3, 3, 1]), segmentIds: integers([4], [0, 0, 1, 1]) },
  { data: smooth(4, 3), indices: integers([5], [2, 2, 0, 3, 2]), segmentIds: integers([5], [0, 1, 1, 1, 3]) },
  { data: smooth(3, 2, 2), indices: integers([3], [1, 0, 1]), segmentIds: integers([3], [1, 2, 2]) },
];

const counted = { x: integers([6], [0, 2, 2, 5, 1, 9]), weights: smooth(6) };

export const segmentCases: KernelCases = {
  UnsortedSegmentSum: [
    { inputs: { x: smooth(5), segmentIds: integers([5], [2, 0, 2, 1, 0]) }, attrs: { numSegments: 3 } },
    { inputs: { x: smooth(4, 3), segmentIds: integers([4], [3, 0, 3, 1]) }, attrs: { numSegments: 5 } },
    { inputs: { x: smooth(4, 2, 2), segmentIds: integers([4], [-1, 1, 7, 1]) }, attrs: { numSegments: 2 } },
  ],
  SparseSegmentSum: sparseSegments.map((inputs) => ({ inputs })),
  SparseSegmentMean: sparseSegments.map((inputs) => ({ inputs })),
  Bincount: [
    { inputs: counted, attrs: { size: 6 } },
    { inputs: { ...counted, weights: floats([0], []) }, attrs: { size: 4 } },
  ],
  DenseBincount: [
    { inputs: counted, attrs: { size: 6, binaryOutput: false } },
    {
      inputs: { x: integers([2, 3], [1, 4, 1, 0, 2, 7]), weights: smooth(2, 3) },
      attrs: { size: 5, binaryOutput: false },
    },
    {
      inputs: { x: integers([2, 3], [1, 4, 1, 0, 2, 7]), weights: smooth(2, 3) },
      attrs: { size: 5, binaryOutput: true },
    },
    {
      inputs: { x: integers([2, 3], [1, 4, 1, 0, 2, 7]), weights: floats([0], []) },
      attrs: { size: 5, binaryOutput: false },
    },
  ],
  SparseFillEmptyRows: [
    {
      inputs: {
        indices: integers([4, 2], [0, 1, 2, 0, 2, 3, 4, 1]),
        values: smooth(4),
        denseShape: integers([2], [6, 4]),
        defaultValue: smooth(),
      },
    },
    {
      inputs: {
        indices: integers([3, 2], [1, 1, 0, 0, 1, 3]),
        values: smooth(3),
        denseShape: integers([2], [2, 4]),
        defaultValue: smooth(),
      },
    },
  ],
  // Three boxes of which two overlap, and one by itself.
  NonMaxSuppressionV5: [0, 0.5].flatMap((softNmsSigma) =>
    [0.3, 0.9].map((iouThreshold) => ({
      inputs: {
        boxes: floats([4, 4], [0, 0, 0.5, 0.5, 0.1, 0.1, 0.6, 0.7, 0.6, 0.6, 0.9, 0.9, 0.05, 0.3, 0.6, 0.9]),
        scores: floats([4], [0.9, 0.6, 0.8, 0.3]),
      },
      attrs: { maxOutputSize: 4, iouThreshold, scoreThreshold: 0.01, softNmsSigma },
    })),
  ),
  Unique: [
    { inputs: { x: distinct(5) }, attrs: { axis: 0 } },
    { inputs: { x: distinct(3, 4) }, attrs: { axis: 1 } },
    { inputs: { x: distinct(2, 3, 2) }, attrs: { axis: 0 } },
    { inputs: { x: distinct(2, 3, 2) }, attrs: { axis: -1 } },
  ],
};
