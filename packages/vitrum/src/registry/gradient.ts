import {
  deconvolution,
  deepLift,
  deepLiftShap,
  gradient,
  gradientShap,
  guidedBackprop,
  inputXGradient,
  integratedGradients,
  lrp,
  saliency,
} from '@vitrum/gradient-methods';
import { type MethodEntry, method } from './entry';
import type { BooleanOption } from './option';

const family = 'gradient';
const multiplyByInputs: BooleanOption = {
  type: 'boolean',
  default: true,
  description: 'multiply by the difference from the baseline, so that the values are shares of the score',
};
const strict = (description: string): BooleanOption => ({ type: 'boolean', default: false, description });
const strictRectifiers = strict('fail, instead of a note, where the model has no ReLU');
const lift = {
  rule: {
    type: 'choice',
    default: 'rescale',
    choices: ['rescale', 'reveal-cancel'],
    description: 'how a non-linearity is crossed',
  },
  multiplyByInputs,
  epsilon: {
    type: 'number',
    default: 1e-10,
    minimum: 0,
    exclusive: true,
    description: 'an input that moved by less has the gradient as multiplier',
  },
  strict: strict('fail, instead of a note, where an operation has no rule'),
} as const;
const oneEach = 'one forward and one backward row';

export const gradientMethods: Readonly<Record<string, MethodEntry>> = {
  gradient: method(gradient, {
    title: 'Gradient',
    summary: 'how the score answers to a small change, with its sign',
    family,
    paper: 'Baehrens et al. 2010',
    cost: oneEach,
    options: {},
  }),
  saliency: method(saliency, {
    title: 'Saliency',
    summary: 'how much the score answers to a small change',
    family,
    paper: 'Simonyan et al. 2013',
    cost: oneEach,
    options: {},
  }),
  inputXGradient: method(inputXGradient, {
    title: 'Input × Gradient',
    summary: 'the first-order share of each element in the score',
    family,
    paper: 'Shrikumar et al. 2016',
    cost: oneEach,
    options: {},
  }),
  integratedGradients: method(integratedGradients, {
    title: 'Integrated Gradients',
    summary: 'the score’s change from the baseline, shared out along a straight path',
    family,
    paper: 'Sundararajan et al. 2017',
    cost: '`steps` forward and backward rows',
    many: true,
    options: {
      steps: {
        type: 'integer',
        default: 50,
        minimum: 1,
        words: ['auto'],
        description: "points on the path; 'auto' takes as many as `tolerance` needs",
      },
      quadrature: {
        type: 'choice',
        default: 'gauss-legendre',
        choices: ['gauss-legendre', 'left', 'right', 'middle', 'trapezoid'],
        description: 'where the points lie and what they weigh',
      },
      multiplyByInputs,
      tolerance: {
        type: 'number',
        default: 0.01,
        minimum: 0,
        exclusive: true,
        onlyWith: { steps: 'auto' },
        description: "with steps 'auto': the gap that is small enough, as a share of the score’s change",
      },
      maxSteps: {
        type: 'integer',
        default: 1024,
        minimum: 1,
        onlyWith: { steps: 'auto' },
        description: "with steps 'auto': most points on the path",
      },
    },
  }),
  gradientShap: method(gradientShap, {
    title: 'GradientSHAP',
    summary: 'expected gradients: the mean over baselines of a distribution and points on the way from them',
    family,
    paper: 'Erion et al. 2021',
    cost: '`samples` forward and backward rows',
    many: true,
    options: {
      samples: { type: 'integer', default: 5, minimum: 1, description: 'draws for every example' },
      noise: {
        type: 'number',
        default: 0,
        minimum: 0,
        each: true,
        description: 'standard deviation of the noise at the inputs, in their units',
      },
      multiplyByInputs,
    },
  }),
  deepLift: method(deepLift, {
    title: 'DeepLIFT',
    summary: 'the score’s change from the baseline, handed back operation by operation',
    family,
    paper: 'Shrikumar et al. 2017',
    cost: 'two forward rows and one backward row',
    options: lift,
  }),
  deepLiftShap: method(deepLiftShap, {
    title: 'DeepLIFT SHAP',
    summary: 'the mean of DeepLIFT over the baselines of a distribution',
    family,
    paper: 'Lundberg and Lee 2017',
    cost: 'two forward rows and one backward row for each baseline',
    options: lift,
  }),
  guidedBackprop: method(guidedBackprop, {
    title: 'Guided Backpropagation',
    summary: 'what excites the score, by way of what was excited',
    family,
    paper: 'Springenberg et al. 2014',
    cost: oneEach,
    options: { strict: strictRectifiers },
  }),
  deconvolution: method(deconvolution, {
    title: 'Deconvolution',
    summary: 'what would excite the score, whether or not it was excited',
    family,
    paper: 'Zeiler and Fergus 2014',
    cost: oneEach,
    options: { strict: strictRectifiers },
  }),
  lrp: method(lrp, {
    title: 'LRP',
    summary: 'the score, handed back from layer to layer as relevance',
    family,
    paper: 'Bach et al. 2015',
    cost: oneEach,
    options: {
      composite: {
        type: 'choice',
        default: 'epsilonComposite',
        choices: ['epsilonComposite', 'epsilonPlus', 'epsilonPlusFlat', 'epsilonAlpha2Beta1', 'epsilonAlpha2Beta1Flat'],
        open: true,
        description: 'which rule for which layer',
      },
      gates: {
        type: 'choice',
        default: 'even',
        choices: ['even', 'signal'],
        description: 'what a gate gets of the relevance of what it lets through: half of it, or nothing',
      },
      strict: strict('fail, instead of a note, where an operation has no rule'),
    },
  }),
};
