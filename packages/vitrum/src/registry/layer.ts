import { activation, gradCam, guidedGradCam } from '@vitrum/layer-methods';
import { type MethodEntry, method } from './entry';

const family = 'layer';

export const layerMethods: Readonly<Record<string, MethodEntry>> = {
  activation: method(activation, {
    title: 'Activation',
    summary: 'what the model computed at the layer; explains no score',
    family,
    cost: 'one forward row',
    options: {},
  }),
  gradCam: method(gradCam, {
    title: 'Grad-CAM',
    summary: 'where in the layer the score finds its evidence',
    family,
    paper: 'Selvaraju et al. 2017',
    cost: 'one forward and one backward row',
    options: {
      relu: { type: 'boolean', default: false, description: 'keep only what speaks for the target' },
      sumChannels: { type: 'boolean', default: true, description: 'sum over the channels of the layer' },
    },
  }),
  guidedGradCam: method(guidedGradCam, {
    title: 'Guided Grad-CAM',
    summary: 'guided backpropagation, only where Grad-CAM finds evidence',
    family,
    paper: 'Selvaraju et al. 2017',
    cost: 'two forward and two backward rows',
    options: {
      layer: { type: 'layer', required: true, description: 'the layer of Grad-CAM' },
      mode: {
        type: 'choice',
        default: 'nearest',
        choices: ['nearest', 'bilinear'],
        description: 'how the map of the layer is brought to the size of the input',
      },
    },
  }),
};
