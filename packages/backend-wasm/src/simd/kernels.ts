import {
  engine,
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { type Kernels, kernels, type WasmBackend } from './module';

/** A run of a kernel: where its tensors are, and what it may use. */
interface Run {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: NamedAttrMap;
  readonly kernels: Kernels;
  /** A new tensor. */
  make(shape: readonly number[]): TensorInfo;
  at(info: TensorInfo): number;
  free(info: TensorInfo): void;
}

/**
 * A kernel of TensorFlow.js's registry made of the module's functions, so that the engine counts its tensors and its profiler
 * sees it. Only to be called where `kernels()` is there.
 */
export function define(name: string, run: (run: Run) => TensorInfo) {
  const kernelName = `Vitrum${name}`;
  const kernelFunc: KernelFunc = ({ inputs, attrs = {}, backend }) => {
    const wasm = backend as WasmBackend; // registered for it alone
    const module = kernels();
    if (!module) throw new Error(`${kernelName} needs WebAssembly SIMD`);
    return run({
      // None is optional.
      inputs: inputs as Record<string, TensorInfo>,
      attrs: attrs as NamedAttrMap,
      kernels: module,
      make: (shape) => wasm.makeOutput([...shape], 'float32'),
      at: (info) => wasm.typedArrayFromHeap(info).byteOffset,
      free: ({ dataId }) => void wasm.disposeData(dataId),
    });
  };
  return (inputs: NamedTensorMap, attrs: NamedAttrMap = {}): Tensor => {
    if (!getKernel(kernelName, 'wasm')) registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
    return engine().runKernel<Tensor>(kernelName, inputs, attrs);
  };
}
