import { featureAblation, occlusion } from '@vitrum/perturbation-methods';
import { type MethodEntry, method } from './entry';

const family = 'perturbation';

export const perturbationMethods: Readonly<Record<string, MethodEntry>> = {
  featureAblation: method(featureAblation, {
    title: 'Feature Ablation',
    summary: 'what the score loses when a feature goes to the baseline',
    family,
    cost: 'one forward row for each feature',
    many: true,
    options: {},
  }),
  occlusion: method(occlusion, {
    title: 'Occlusion',
    summary: 'what the score loses when a window of the input is covered, on average over the windows',
    family,
    paper: 'Zeiler and Fergus 2014',
    cost: 'one forward row for each window',
    many: true,
    options: {
      window: {
        type: 'sizes',
        default: [15, 15, 3],
        required: true,
        description: 'size of the window',
      },
      strides: { type: 'sizes', default: 1, description: 'how far the window moves' },
    },
  }),
};
