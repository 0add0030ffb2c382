import {
  type DataId,
  engine,
  keep,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { isPromise } from '../promise';
import { alias, type Call, type CustomGradientCall, interior, type KernelCall, shadow } from './engine';
import { unfuse } from './fused';
import { type Gauge, gauge } from './gauge';
import { type Discretisation, influence } from './influence';
import { isContinuous, type TapeNode, type Tensors } from './node';
import { plan } from './places';
import { bytesOf, explained, runKernel } from './run-kernel';
import { insideModel, kernelRan, waitForModel } from './turns';

/** A recorded operation with what walking back needs beside what rules see. */
export interface Recorded extends TapeNode {
  reference?: { readonly inputs: Tensors; readonly outputs: Tensors };
  /** Ids of the tensors the model itself held. */
  readonly inputIds: readonly number[];
  readonly outputIds: readonly number[];
  /** The layer, node or tap at work when it ran, if the recording follows that. */
  readonly layer?: string;
  /** The pullback of a user's `customGrad`. */
  readonly pullback?: (signals: Tensors) => Record<string, () => Tensor>;
}

/**
 * One pass of a model as a list of operations.
 *
 * Only what depends on a watched tensor is recorded, and one extra reference to each of its tensors is held (the data is
 * shared, so nothing is copied). TF.js may dispose the tensors themselves at any time.
 */
export interface Tape {
  readonly nodes: readonly Recorded[];
  /** From here on `tensor` is a place that gradients can be asked for. */
  watch(tensor: Tensor): void;
  /** `tensor` is an input of the model, though nobody may ask for its gradient. */
  enter(tensor: Tensor): void;
  /** Whether a recorded operation made `tensor`, or it is watched. */
  has(tensor: Tensor): boolean;
  /** Whether `tensor` was made while recording, on the tape or not, and is not meant to stay. */
  made(tensor: Tensor): boolean;
  /** The kernel at which what `tensor` owes to the watched tensors became integers or booleans, if there is one. */
  discreteFrom(tensor: Tensor): Discretisation | undefined;
  /** The same, of values that the model read while it ran. */
  discreteRead(): Discretisation | undefined;
  /** Of what the recording holds, forward and backward. */
  readonly gauge: Gauge;
  /** Gives up the tensors of one operation's outputs. */
  release(node: Recorded): void;
  dispose(): void;
}

export interface RecordOptions {
  /** Record a fused operation and its activation as two. @defaultValue false */
  readonly unfuse?: boolean;
  /** Draw the plan of the pass; the function tells which layer is at work. @defaultValue none */
  readonly layer?: (() => string | undefined) | undefined;
  /** Record also what does not depend on a watched tensor. @defaultValue false */
  readonly everything?: boolean;
}

/** Scopes of TF.js's own uses of `customGrad`: the tape differentiates the kernels inside instead. */
const builtIn =
  /^(fusedConv2d|fusedMatMul|fusedDepthwiseConv2d|logSoftmax|logSigmoid|softmaxCrossEntropy|softmaxCrossEntropyWithLogits)_*op$/;

/** Runs `run` and records what it does. One at a time, which is the caller's to see to: `exclusively`. */
export async function record<T extends Tensors>(
  run: (tape: Tape) => T | Promise<T>,
  options: RecordOptions = {},
): Promise<{ tape: Tape; outputs: T }> {
  const { tape, call, reads, readBack } = recorder(options);
  const { runKernelFunc, read, readSync } = interior();
  let recording = true;
  const restore = shadow({
    runKernelFunc: (kernel) => {
      const original = (k: Call) => runKernelFunc.call(engine(), k);
      if (!recording) return original(kernel);
      return call(kernel, original);
    },
    read: (data) => {
      if (recording) readBack(data);
      return read.call(engine(), data);
    },
    readSync: (data) => {
      if (recording) readBack(data);
      return readSync.call(engine(), data);
    },
  });
  try {
    const result = runTidily(run, tape);
    if (isPromise(result)) tape.gauge.pause();
    else tape.gauge.end();
    const outputs = await result;
    if (isPromise(result)) tape.gauge.end();
    if (!reads.found.refused) return { tape, outputs };
    for (const output of outputs) output.dispose();
    throw reads.found.refused;
  } catch (error) {
    tape.dispose();
    throw reads.found.refused ?? explained(error); // the read came first
  } finally {
    recording = false;
    restore();
  }
}

/** Like `tidy`, where `run` is synchronous. What an asynchronous one makes is its own to dispose: no scope survives `await`. */
function runTidily<T extends Tensors>(run: (tape: Tape) => T | Promise<T>, tape: Tape): T | Promise<T> {
  let result: T | Promise<T> | undefined;
  tidy(() => {
    result = insideModel(() => run(tape));
    if (!isPromise(result)) return [...result];
    result = waitForModel(result);
    interior().state.activeScope?.track.splice(0);
    return [];
  });
  if (result === undefined) throw new Error('the model did not run');
  return result;
}

function recorder(options: RecordOptions) {
  const nodes: Recorded[] = [];
  const held = new Map<number, Tensor>();
  const live = new Set<number>();
  const first = interior().nextTensorId();
  const { follow, reads, ...discrete } = influence();
  const makers = new Map<number, Recorded>();
  const places = options.layer && plan(options.layer);
  const ours = new Set<number>();
  const bytes = gauge();
  let depth = 0;

  /** Whether a kernel works on what came of the model's inputs: in the pauses of an asynchronous model others work too. */
  const isOurs = (given: NamedTensorMap) =>
    options.everything || Object.values(given).some((tensor) => tensor && ours.has(tensor.id));
  const quietly = <T>(run: () => T): T => {
    depth++;
    try {
      return run();
    } finally {
      depth--;
    }
  };
  /** A reference of our own to the data of `tensor`, which outlives the tensor. */
  const hold = (tensor: Tensor): Tensor => {
    const before = held.get(tensor.id);
    if (before?.dataId === tensor.dataId) return before;
    const own = keep(alias(tensor));
    if (before) superseded.push(before); // a Variable was assigned while the model ran
    held.set(tensor.id, own);
    return own;
  };
  const superseded: Tensor[] = [];
  const watch = (tensor: Tensor) => {
    live.add(tensor.id);
    reads.refuse(tensor);
    hold(tensor);
    enter(tensor);
  };
  const enter = (tensor: Tensor) => {
    ours.add(tensor.id);
    places?.enter(tensor);
  };

  const write = (
    kernel: string,
    given: KernelCall['inputs'],
    made: Tensor | Tensor[],
    attrs: NamedAttrMap,
    pullback?: Recorded['pullback'],
  ) => {
    bytes.measure();
    const outputs = Array.isArray(made) ? made : [made];
    const names = Object.keys(given).filter((name) => given[name] != null);
    // Kept by the filter above.
    const inputs = names.map((name) => given[name] as Tensor);
    if (!options.everything && !inputs.some(({ id }) => ours.has(id))) return;
    kernelRan();
    for (const output of outputs) {
      ours.add(output.id);
      if (!inputs.some(({ dataId }) => dataId === output.dataId)) bytes.made(bytesOf(output));
    }
    const place = places?.add({ kernel, attrs, names }, inputs, outputs);
    const inputIds = inputs.map((input) => input.id);
    const depends = inputIds.map((id) => live.has(id));
    const lively = depends.includes(true);
    follow(kernel, inputs, outputs, lively);
    if (!(lively || options.everything) || !outputs.some(isContinuous)) return;
    const layer = options.layer?.();
    const producers = inputIds.map((id) => makers.get(id));
    const node: Recorded = {
      kernel,
      index: nodes.length,
      attrs,
      names,
      inputs: inputs.map(hold),
      outputs: outputs.map(hold),
      inputIds,
      outputIds: outputs.map((output) => output.id),
      ...(pullback && { pullback }),
      ...(place && { place }),
      ...(layer !== undefined && { layer }),
      producer: (i) => producers[i],
      dependsOnPut: (i) => depends[i] ?? false,
    };
    for (const output of outputs) {
      makers.set(output.id, node);
      if (!isContinuous(output) || !lively) continue;
      live.add(output.id);
      reads.refuse(output, node);
    }
    nodes.push(node);
  };

  const call = (kernel: Call, original: (call: Call) => Tensor | Tensor[]): Tensor | Tensor[] => {
    if (depth > 0) return within(kernel, original);
    saved.length = 0; // of a kernel that failed
    if (!('kernelName' in kernel)) return customGradient(kernel, original);
    const parts = options.unfuse && isOurs(kernel.inputs) ? unfuse(kernel) : undefined;
    if (parts) {
      const linear = call(parts.linear, original);
      if (Array.isArray(linear)) throw new Error(`${kernel.kernelName} gave more than one output`);
      return call(parts.activation(linear), original);
    }
    const made = quietly(() => runKernel(kernel, original));
    write(kernel.kernelName, kernel.inputs, made, kernel.attrs ?? {});
    writeSaved();
    return made;
  };

  /** Copies that TF.js saves inside a kernel, where the model asks it for a gradient: that is made of them. */
  const saved: { readonly of: NamedTensorMap; readonly copy: Tensor | Tensor[] }[] = [];
  const within = (kernel: Call, original: (call: Call) => Tensor | Tensor[]): Tensor | Tensor[] => {
    const made = original(kernel);
    bytes.measure(); // what a kernel of kernels holds for itself
    const saves = 'kernelName' in kernel && kernel.kernelName === 'Identity' && interior().state.gradientDepth > 0;
    if (saves) saved.push({ of: kernel.inputs, copy: made });
    return made;
  };
  const writeSaved = () => {
    if (saved.length > 0) for (const { of, copy } of saved.splice(0)) write('Identity', of, copy, {});
  };

  const customGradient = (custom: CustomGradientCall, original: (call: Call) => Tensor | Tensor[]) => {
    if (builtIn.test(interior().state.activeScope?.name ?? '') || !isOurs(custom.inputs)) return original(custom);
    let forItself: Tensor[] = [];
    const forwardFunc: CustomGradientCall['forwardFunc'] = (backend, save) =>
      custom.forwardFunc(backend, (tensors) => {
        forItself = tensors.map(hold);
        save(tensors);
      });
    const made = quietly(() => original({ ...custom, forwardFunc }));
    write('customGrad', custom.inputs, made, {}, (signals) => {
      const [first] = signals;
      if (!first) throw new Error('a custom gradient needs a signal');
      return custom.backwardsFunc(signals.length > 1 ? [...signals] : first, forItself);
    });
    writeSaved();
    return made;
  };

  const tape: Tape = {
    nodes,
    watch,
    enter,
    has: (tensor) => live.has(tensor.id),
    made: (tensor) => tensor.id >= first && !tensor.kept,
    discreteFrom: discrete.of,
    discreteRead: () => reads.found.discrete,
    gauge: bytes,
    release(node) {
      for (const id of node.outputIds) {
        held.get(id)?.dispose();
        held.delete(id);
      }
    },
    dispose() {
      for (const tensor of [...held.values(), ...superseded]) tensor.dispose();
      held.clear();
      superseded.length = 0;
    },
  };
  /** Within a kernel or a custom gradient, reading is its own affair. */
  const readBack = (data: DataId) => {
    if (depth === 0) reads.see(data);
  };
  return { tape, call, reads, readBack };
}
