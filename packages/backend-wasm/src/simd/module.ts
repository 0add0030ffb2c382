import { backend, type TensorInfo } from '@tensorflow/tfjs-core';
import { binary } from './binary';

/** What the module exports; `assembly/` says what each does. Addresses and lengths are in bytes. */
export interface Kernels {
  between(dy: number, y: number, dx: number, length: number, low: number, high: number): void;
  equal(dy: number, x: number, y: number, dx: number, length: number): void;
  margins(dy: number, dz: number, ...sizes: number[]): void;
  depthwise(dz: number, filter: number, dx: number, ...sizes: number[]): void;
  matmul(a: number, b: number, c: number, rows: number, columns: number, depth: number): void;
}

/** What is used of TensorFlow.js's wasm backend. */
export interface WasmBackend {
  readonly wasm: { readonly asm?: { readonly memory?: unknown }; readonly HEAPU8: Uint8Array };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  typedArrayFromHeap(info: TensorInfo): Float32Array;
  disposeData(dataId: TensorInfo['dataId']): boolean;
}

const instances = new WeakMap<object, Kernels | null>();

/**
 * The module over the memory of the wasm backend in use; `undefined` where that cannot be: without SIMD, with TensorFlow.js's
 * threads, whose memory is of another kind, or in a TensorFlow.js that hides its memory.
 */
export function kernels(): Kernels | undefined {
  // What other backends lack is looked for before it is used.
  const target = backend() as unknown as WasmBackend;
  let instance = instances.get(target);
  if (instance === undefined) {
    instance = instantiate(target);
    instances.set(target, instance);
  }
  return instance ?? undefined;
}

function instantiate({ wasm }: WasmBackend): Kernels | null {
  const memory = wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory) || memory.buffer !== wasm.HEAPU8.buffer) return null;
  try {
    const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    return exports as unknown as Kernels; // `binary` is compiled from exactly these
  } catch {
    return null; // no SIMD, or a shared memory
  }
}
