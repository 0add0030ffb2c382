import type { DataId, Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { isContinuous, type TapeNode, type Tensors } from './node';

/** Where numbers become integers or booleans, behind which a gradient is zero or does not exist. */
export interface Discretisation {
  /** The kernel that gives them, such as `Cast` or `ArgMax`. */
  readonly kernel: string;
  readonly dtype: Tensor['dtype'];
}

type Maker = Pick<TapeNode, 'kernel' | 'index' | 'inputs'>;

/** Reads of a model while it runs: what is computed outside TF.js from them is lost to the tape. */
interface Reads {
  /** From here on `tensor`, on which a gradient can depend, must not be read. */
  refuse(tensor: Tensor, maker?: Maker | null): void;
  /** Sees a read, and lets it go ahead: its error might be caught by the model, or by nobody if the model does not wait. */
  see(data: DataId): void;
  readonly found: {
    /** The error of the first values that must not have been read. */
    readonly refused?: AttributionError;
    /** Where the first integers or booleans came from that were read, though they depend on the watched tensors. */
    readonly discrete?: Discretisation | undefined;
  };
}

interface Influence {
  readonly reads: Reads;
  /** Where `tensor` depends on the watched ones through integers or booleans, if it does. */
  of(tensor: Tensor): Discretisation | undefined;
  /** Sees every kernel; `live`: whether a gradient can depend on an input. */
  follow(kernel: string, inputs: Tensors, outputs: Tensors, live: boolean): void;
}

/** What depends on the watched tensors without a path for a gradient: through integers and booleans, and through reads. */
export function influence(): Influence {
  const discrete = new Map<number, Discretisation>();
  const discreteData = new Map<DataId, Discretisation>();
  const refusedData = new Map<DataId, Maker | null>();
  const found: { refused?: AttributionError; discrete?: Discretisation | undefined } = {};

  const reads: Reads = {
    refuse({ dataId }, maker = null) {
      // A copy, or one more reference to the same values, is not where they were made.
      const copied = maker?.kernel === 'Identity' ? maker.inputs[0] : undefined;
      const source = copied && refusedData.get(copied.dataId);
      if (!refusedData.has(dataId)) refusedData.set(dataId, source === undefined ? maker : source);
    },
    see(data) {
      found.discrete ??= discreteData.get(data);
      const maker = refusedData.get(data);
      if (maker === undefined) return;
      found.refused ??= readBack(maker);
    },
    found,
  };

  return {
    reads,
    of: (tensor) => discrete.get(tensor.id),
    follow(kernel, inputs, outputs, live) {
      const before = discrete.size > 0 ? inputs.flatMap(({ id }) => discrete.get(id) ?? []) : [];
      const inherited = before.find(({ dtype }) => dtype === 'int32') ?? before[0];
      if (!inherited && !live) return;
      for (const output of outputs) {
        const { id, dtype, dataId } = output;
        const own = live && !isContinuous(output) ? { kernel, dtype } : undefined;
        const from = own?.dtype === 'int32' && inherited?.dtype !== 'int32' ? own : (inherited ?? own);
        if (!from) continue;
        discrete.set(id, from);
        discreteData.set(dataId, from);
      }
    },
  };
}

function readBack(maker: Maker | null): AttributionError {
  return new AttributionError('read-back', {
    got: `a model that reads values of its input (data, dataSync) while it runs${maker ? ', those made by' : ''}`,
    ...(maker && { operation: { kernel: maker.kernel, index: maker.index } }),
    expected: 'tensor operations from the input to the output',
    fix: 'What is computed outside TensorFlow.js has no gradient. Use tensor operations there, or a perturbation method such as occlusion().',
  });
}
