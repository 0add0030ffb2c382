import { add, dispose, matMul, mul, type Tensor, type Tensor2D, tanh, tensor2d, tidy } from '@tensorflow/tfjs-core';
import {
  model as functional,
  initializers,
  input,
  type RNN,
  type Sequential,
  type SymbolicTensor,
  sequential,
  layers as tfl,
} from '@tensorflow/tfjs-layers';
import { attribute, layer } from '@vitrum/core';
import { gradient } from '@vitrum/gradient-methods';
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend, seeded } from '../../src';
import { describeModels, type ModelCase, ofLayers, weigh } from '../../src/internal';

// Random initializers would differ from run to run, and the orthogonal one needs chained ops; `weigh` sets the weights anyway.
const blank = { kernelInitializer: 'zeros', biasInitializer: 'zeros' } as const;
const recurrent = { ...blank, recurrentInitializer: 'zeros' } as const;
const dense = (units: number, name: string) => tfl.dense({ ...blank, units, name, activation: 'tanh' });
const inside = { name: 'inside' };

/** Adds a layer that flattens, where there is something to flatten. */
const flatten = (model: Sequential): void => {
  if ((model.outputs[0]?.shape.length ?? 0) > 2) model.add(tfl.flatten());
};

const series = (makeRecurrent: () => tfl.Layer, ...behind: (() => tfl.Layer)[]): ModelCase => ({
  make: () => {
    const model = sequential();
    model.add(tfl.inputLayer({ inputShape: [4, 3] }));
    model.add(tfl.conv1d({ ...blank, filters: 3, kernelSize: 1, name: 'before' }));
    model.add(makeRecurrent());
    for (const make of behind) model.add(make());
    flatten(model);
    model.add(dense(2, 'last'));
    return ofLayers(weigh(model));
  },
  inputs: () => seeded(1, [3, 4, 3]),
  at: [layer('inside'), layer('before')],
});

const dropping = series(() => tfl.lstm({ ...recurrent, ...inside, units: 3, dropout: 0.5, recurrentDropout: 0.5 }));

describe('an RNN', () => {
  describeModels({
    'lstm with dropout, which inference leaves out': {
      ...dropping,
      make: async () => {
        const specimen = await dropping.make();
        const { cell } = (specimen.model as Sequential).getLayer('inside') as unknown as {
          cell: Record<string, Tensor[]>;
        };
        return {
          ...specimen,
          dispose() {
            // What it made of its dropout when it was asked without Vitrum.
            dispose([cell.dropoutMask ?? [], cell.recurrentDropoutMask ?? []]);
            specimen.dispose();
          },
        };
      },
    },
    lstm: series(() => tfl.lstm({ ...recurrent, ...inside, units: 3 })),
    'lstm, its whole series': series(() => tfl.lstm({ ...recurrent, ...inside, units: 3, returnSequences: true })),
    'lstm with smooth gates': series(() =>
      tfl.lstm({ ...recurrent, ...inside, units: 3, recurrentActivation: 'sigmoid', unitForgetBias: false }),
    ),
    gru: series(() => tfl.gru({ ...recurrent, ...inside, units: 3, returnSequences: true })),
    simpleRNN: series(() => tfl.simpleRNN({ ...recurrent, ...inside, units: 3 })),
    'simpleRNN, backwards': series(() =>
      tfl.simpleRNN({ ...recurrent, ...inside, units: 3, goBackwards: true, returnSequences: true }),
    ),
    'bidirectional lstm': series(() =>
      tfl.bidirectional({ ...inside, layer: tfl.lstm({ ...recurrent, units: 2 }), mergeMode: 'concat' }),
    ),
    'bidirectional gru, its whole series, summed': series(() =>
      tfl.bidirectional({
        ...inside,
        layer: tfl.gru({ ...recurrent, units: 2, returnSequences: true }),
        mergeMode: 'sum',
      }),
    ),
    'stacked cells': series(() =>
      tfl.rnn({ ...inside, cell: [tfl.lstmCell({ ...recurrent, units: 3 }), tfl.gruCell({ ...recurrent, units: 2 })] }),
    ),
    'two layers of them': series(
      () => tfl.gru({ ...recurrent, name: 'first', units: 3, returnSequences: true }),
      () => tfl.lstm({ ...recurrent, ...inside, units: 3 }),
    ),
    'timeDistributed dense': series(() => tfl.timeDistributed({ ...inside, layer: dense(2, 'each') })),
  });
});

/** h ← tanh(xW + 0.9 h): a cell that a user wrote. */
class LeakyCell extends tfl.Layer {
  static className = 'LeakyCell';
  readonly stateSize = 3;
  override build(): void {
    this.addWeight('kernel', [3, 3], 'float32', initializers.zeros());
    this.built = true;
  }
  override call(inputs: Tensor | Tensor[]): Tensor[] {
    return tidy(() => {
      const [x, h] = inputs as [Tensor2D, Tensor2D]; // how an RNN calls its cell
      const [kernel] = this.weights.map((weight) => weight.read() as Tensor2D); // made in `build`
      const next = tanh(add(matMul(x, kernel as Tensor2D), mul(0.9, h)));
      return [next, next];
    });
  }
}

describe('an RNN of a kind of its own', () => {
  describeModels({
    'with a cell that a user wrote': series(() =>
      // tfjs-layers does not export the class of cells, whose shape this has.
      tfl.rnn({
        ...inside,
        cell: new LeakyCell({}) as unknown as ReturnType<typeof tfl.lstmCell>,
        returnSequences: true,
      }),
    ),
    'over pictures': {
      make: () => {
        const model = sequential();
        model.add(tfl.inputLayer({ inputShape: [3, 4, 4, 2] }));
        model.add(tfl.convLstm2d({ ...recurrent, ...inside, filters: 2, kernelSize: 2 }));
        flatten(model);
        model.add(dense(2, 'last'));
        return ofLayers(weigh(model));
      },
      inputs: () => seeded(1, [2, 3, 4, 4, 2]),
      at: [layer('inside')],
    },
    'that begins where another ended': {
      make: () => {
        const [words, answer] = [input({ shape: [4, 3] }), input({ shape: [2, 3] })];
        const encoder = tfl.lstm({ ...recurrent, ...inside, units: 3, returnState: true });
        const [, ...states] = encoder.apply(words) as SymbolicTensor[];
        const decoder = tfl.lstm({ ...recurrent, name: 'decoder', units: 3, returnSequences: true });
        const decoded = decoder.apply([answer, ...states]) as SymbolicTensor;
        const behind = tfl.gru({ ...recurrent, name: 'behind', units: 2 });
        return ofLayers(
          weigh(functional({ inputs: [words, answer], outputs: behind.apply(decoded) as SymbolicTensor })),
        );
      },
      inputs: () => [seeded(1, [2, 4, 3]), seeded(2, [2, 2, 3])],
      at: [layer('inside'), layer('decoder'), layer('decoder', { side: 'input' })],
    },
    'whose states are outputs and inputs of the model': {
      make: () => {
        const x = input({ shape: [4, 3] });
        const state = input({ shape: [3] });
        const first = tfl.gru({ ...recurrent, ...inside, units: 3, returnState: true });
        const [h, last] = first.apply([x, state]) as [SymbolicTensor, SymbolicTensor]; // the output and a state
        return ofLayers(
          weigh(functional({ inputs: [x, state], outputs: [h, dense(2, 'last').apply(last) as SymbolicTensor] })),
        );
      },
      inputs: () => [seeded(1, [2, 4, 3]), seeded(2, [2, 3])],
      at: [layer('inside'), layer('inside', { side: 'input' })],
    },
  });
});

describe('a mask', () => {
  const ids = () => tensor2d([1, 2, 0, 0, 3, 0, 4, 1], [2, 4], 'int32');
  const embedding = (maskZero: boolean) => () =>
    tfl.embedding({
      inputDim: 5,
      outputDim: 3,
      maskZero,
      name: 'embedding',
      embeddingsInitializer: 'zeros',
      inputLength: 4,
    });
  const masked = (first: () => tfl.Layer, second: () => tfl.Layer) => () => {
    const model = sequential();
    model.add(first());
    model.add(second());
    flatten(model);
    model.add(dense(2, 'last'));
    return ofLayers(weigh(model));
  };
  const words = (second: () => tfl.Layer, maskZero = true): ModelCase => ({
    make: masked(embedding(maskZero), second),
    inputs: ids,
    atInputs: false,
    at: [layer('embedding'), layer('inside')],
  });
  describeModels({
    'of an embedding, before an lstm': words(() => tfl.lstm({ ...recurrent, ...inside, units: 3 })),
    'of an embedding, before a bidirectional gru': words(() =>
      tfl.bidirectional({ ...inside, layer: tfl.gru({ ...recurrent, units: 2 }), mergeMode: 'concat' }),
    ),
    'of an embedding, before the series of an rnn': words(() =>
      tfl.simpleRNN({ ...recurrent, ...inside, units: 2, returnSequences: true, goBackwards: true }),
    ),
    'that an embedding does not make': words(() => tfl.gru({ ...recurrent, ...inside, units: 2 }), false),
    'of zeros in numbers': {
      make: masked(
        () => tfl.masking({ maskValue: 0, name: 'masking', inputShape: [4, 3] }),
        () => tfl.gru({ ...recurrent, ...inside, units: 3 }),
      ),
      // Only the first and third step count.
      inputs: () => mul(seeded(1, [2, 4, 3]), tensor2d([1, 0, 1, 0], [4, 1])),
      at: [layer('inside')],
      // A step away from 0 would be a step out of the mask.
      atInputs: false,
    },
  });
});

const statesOf = (model: Sequential) => (model.getLayer('inside') as RNN).states; // it is one

describe('a stateful RNN', () => {
  const stateful = (make: (args: { stateful: true }) => tfl.Layer) => () => {
    const model = sequential();
    model.add(tfl.inputLayer({ batchInputShape: [1, 4, 3] }));
    model.add(make({ stateful: true }));
    flatten(model);
    model.add(dense(2, 'last'));
    return weigh(model);
  };
  const kinds = {
    lstm: stateful((args) => tfl.lstm({ ...recurrent, ...inside, ...args, units: 3 })),
    gru: stateful((args) => tfl.gru({ ...recurrent, ...inside, ...args, units: 3, returnSequences: true })),
    simpleRNN: stateful((args) => tfl.simpleRNN({ ...recurrent, ...inside, ...args, units: 3 })),
  };
  describeModels(
    Object.fromEntries(
      Object.entries(kinds).map(([name, make]): [string, ModelCase] => [
        name,
        {
          make: () => {
            const model = make();
            // So that there is a state to go on from.
            model.predict(seeded(7, [1, 4, 3]));
            const specimen = ofLayers(model);
            return { ...specimen, dispose: () => dispose([statesOf(model), specimen.dispose()]) };
          },
          inputs: () => seeded(1, [1, 4, 3]),
          at: [layer('inside')],
        },
      ]),
    ),
  );

  beforeAll(() => openBackend('cpu'));
  test.each(Object.entries(kinds))(
    'is exactly as before after a call, and after one that fails: %s',
    async (_, make) => {
      const model = make();
      model.predict(seeded(7, [1, 4, 3]));
      const states = statesOf(model);
      const before = await Promise.all(states.map((state) => state.data()));
      const x = seeded(1, [3, 4, 3]);
      const same = async () => {
        expect(statesOf(model)).toBe(states);
        expect(await Promise.all(states.map((state) => state.data()))).toEqual(before);
      };
      const why = await attribute(model, x, { method: gradient(), target: 1 });
      why.dispose();
      await same();
      const broken = () => {
        throw new Error('broken');
      };
      model.getLayer('last').call = broken;
      await expect(attribute(model, x, { method: gradient(), target: 1 })).rejects.toThrow('broken');
      await same();
      dispose([...states, ofLayers(model).dispose()]);
    },
  );
});
