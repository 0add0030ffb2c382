import {
  type DataId,
  engine,
  type KernelBackend,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

/** A kernel on its way through the engine. */
export interface KernelCall {
  readonly kernelName: string;
  readonly inputs: NamedTensorMap;
  readonly attrs?: NamedAttrMap;
}

type Save = (tensors: Tensor[]) => void;

/** A `customGrad` on its way through the engine. */
export interface CustomGradientCall {
  readonly forwardFunc: (backend: unknown, save: Save) => Tensor | Tensor[];
  readonly backwardsFunc: (dy: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
  readonly inputs: NamedTensorMap;
}

export type Call = KernelCall | CustomGradientCall;

/** The part of TF.js's engine that a recording shadows, every kernel and every read passes through the first three, and uses. */
export interface Interior {
  runKernelFunc(call: Call): Tensor | Tensor[];
  read(data: DataId): Promise<unknown>;
  readSync(data: DataId): unknown;
  makeTensorFromTensorInfo(info: TensorInfo, backend: KernelBackend): Tensor;
  /** Ids go up. */
  nextTensorId(): number;
  readonly state: {
    readonly tensorInfo: WeakMap<DataId, { readonly backend: KernelBackend }>;
    readonly numBytes: number;
    /** How many gradients of TF.js itself are being computed around what runs. */
    readonly gradientDepth: number;
    readonly activeScope: { readonly name: string; readonly track: Tensor[] } | null;
  };
}

export function interior(): Interior {
  // `runKernelFunc` is private in TF.js's types, yet the same in every build of 4.x, minified ones included.
  return engine() as unknown as Interior;
}

/** Whether a tensor has no values any more. `disposeVariables` frees variables without telling them. */
export const isGone = ({ isDisposed, dataId }: Tensor): boolean =>
  isDisposed || !interior().state.tensorInfo.has(dataId);

/**
 * A second tensor over the same data, which lives until both are disposed. Not `clone`: its kernel copies the data on wasm,
 * where the copy of a weight is then another weight to whoever knows weights by their data.
 */
export function alias(tensor: Tensor): Tensor {
  const { dataId, shape, dtype } = tensor;
  const { state } = interior();
  const backend = state.tensorInfo.get(dataId)?.backend;
  if (!backend) throw new Error('a disposed tensor has no data to share');
  backend.incRef(dataId);
  return interior().makeTensorFromTensorInfo({ dataId, shape, dtype }, backend);
}

/**
 * Lays `overrides` over the engine instance until the returned function is called. What somebody laid over them in the
 * meantime stays, and leads to them: they must then do nothing of their own.
 */
export function shadow(overrides: Partial<Interior>): () => void {
  const target = interior();
  const before = new Map<PropertyKey, PropertyDescriptor | undefined>();
  for (const [name, value] of Object.entries(overrides)) {
    before.set(name, Object.getOwnPropertyDescriptor(target, name));
    Object.defineProperty(target, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (Object.getOwnPropertyDescriptor(target, name)?.value !== Reflect.get(overrides, name)) continue;
      if (descriptor) Object.defineProperty(target, name, descriptor);
      else Reflect.deleteProperty(target, name);
    }
  };
}
