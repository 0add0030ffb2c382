import { smoothGrad, smoothGradSquared, varGrad } from '@vitrum/gradient-methods';
import { type WrapperEntry, wrapper } from './entry';

const noisy = {
  samples: { type: 'integer', default: 5, minimum: 1, description: 'noisy copies of every example' },
  noise: {
    type: 'number',
    default: 1,
    minimum: 0,
    each: true,
    description: 'standard deviation of the noise at the inputs, in their units',
  },
} as const;

const shared = {
  family: 'gradient',
  cost: '`samples` times the rows of the method',
  many: true,
  options: noisy,
} as const;

export const noiseWrappers: Readonly<Record<string, WrapperEntry>> = {
  smoothGrad: wrapper(smoothGrad, {
    title: 'SmoothGrad',
    summary: 'the mean of a method over noisy copies of the input',
    paper: 'Smilkov et al. 2017',
    ...shared,
  }),
  smoothGradSquared: wrapper(smoothGradSquared, {
    title: 'SmoothGrad²',
    summary: 'the mean square of a method over noisy copies of the input',
    paper: 'Hooker et al. 2019',
    ...shared,
  }),
  varGrad: wrapper(varGrad, {
    title: 'VarGrad',
    summary: 'the variance of a method over noisy copies of the input',
    paper: 'Adebayo et al. 2018',
    ...shared,
  }),
};
