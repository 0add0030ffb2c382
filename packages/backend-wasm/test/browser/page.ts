import { avgPool, conv2d, depthwiseConv2d, relu6, sum, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { asIs, attribute, type Backend, defineBackend, defineMethod, scores, sum as total, useBackend } from '@vitrum/core';
import { type WasmOptions, wasm } from '@vitrum/backend-wasm';
