import {
  type AvgPoolAttrs,
  type AvgPoolInputs,
  engine,
  type MaxPoolAttrs,
  type MaxPoolInputs,
} from '@tensorflow/tfjs-core';
import { type GradientTable, rule } from '@vitrum/core';

// TensorFlow's own: means leave padding out, and the first of equal maxima wins. Unlike in TF.js's other backends.
export const poolingGradients: GradientTable = {
  AvgPool: rule<AvgPoolInputs, AvgPoolAttrs>(({ inputs: { x: input }, attrs, dy }) => ({
    x: () => engine().runKernel('AvgPoolGrad', { dy, input }, { ...attrs }),
  })),
  MaxPool: rule<MaxPoolInputs, MaxPoolAttrs>(({ inputs: { x: input }, attrs, y: output, dy }) => ({
    x: () => engine().runKernel('MaxPoolGrad', { dy, input, output }, { ...attrs }),
  })),
};
