import { type SymbolicTensor, layers as tfl } from '@tensorflow/tfjs-layers';

export type Layer = tfl.Layer;
export const apply = (layer: Layer, ...inputs: SymbolicTensor[]): SymbolicTensor =>
  layer.apply(inputs.length > 1 ? inputs : (inputs[0] as SymbolicTensor)) as SymbolicTensor; // symbolic in, symbolic out

// Random initializers would differ from run to run; `weigh` sets the weights anyway.
export const blank = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
export const dense = (
  units: number,
  name: string,
  activation: 'tanh' | 'sigmoid' | 'linear' | 'softmax' = 'tanh',
): Layer => tfl.dense({ ...blank, units, name, activation });
