import * as tf from '@tensorflow/tfjs';
import { graph, spelled } from '@vitrum/testing/internal';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { branching } from '../../test/branching';
import { skipping } from '../../test/cuts';
import { disposeGraphs, kept } from '../../test/graphs';
import { apply, dense, skipping as sharing } from '../../test/layers';
import { elementAblation, pathMean } from '../../test/methods';
import { distance, random } from '../../test/tensors';
import { type AttributeOptions, attribute, layer, type Model, type ModelLike, output, prepare } from '../index';

const leftBehind: tf.Tensor[] = [];

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => {
  disposeGraphs();
  tf.dispose(leftBehind.splice(0));
  tf.disposeVariables();
});

const recurrent = (stateful = false) => tf.layers.simpleRNN({ units: 2, stateful, recurrentInitializer: 'zeros' });

/** Words, of which 0 is none: how many there are is told to the layers behind by a mask. */
function masking(): tf.LayersModel {
  const x = tf.input({ shape: [3], dtype: 'int32' });
  const words = apply(tf.layers.embedding({ inputDim: 5, outputDim: 4, maskZero: true }), x);
  return tf.model({ inputs: x, outputs: apply(recurrent(), apply(dense(4, 'site'), words)) });
}

/** Steps of zeros are none, as a layer that is not of tfjs-layers says. */
class Holes extends tf.layers.Layer {
  static className = 'Holes';
  override supportsMasking = true;
  override computeOutputShape = (shape: tf.Shape): tf.Shape => shape;
  override call = (x: tf.Tensor | tf.Tensor[]): tf.Tensor => tf.clone([x].flat()[0] as tf.Tensor); // one input
  override computeMask = (x: tf.Tensor | tf.Tensor[]): tf.Tensor =>
    tf.any(tf.notEqual([x].flat()[0] as tf.Tensor, 0), -1); // one input
}

function ownMask(): tf.LayersModel {
  const x = tf.input({ shape: [3, 4] });
  return tf.model({ inputs: x, outputs: apply(recurrent(), apply(dense(4, 'site'), apply(new Holes({}), x))) });
}

/** A part is called twice: each output needs one of the calls. */
function twice(): tf.LayersModel {
  const i = tf.input({ shape: [4] });
  const part = apply(tf.layers.add(), apply(dense(4, 'site'), i), apply(dense(4, 'by'), i));
  const inner = tf.model({ inputs: i, outputs: part, name: 'inner' });
  const inputs = ['x', 'z'].map((name) => tf.input({ shape: [4], name }));
  const outputs = inputs.map((input, place) => apply(dense(2, `late${place}`), apply(inner, input)));
  return tf.model({ inputs, outputs });
}

function remembering(): tf.LayersModel {
  const x = tf.input({ batchShape: [1, 3, 4] });
  const rnn = recurrent(true);
  const outputs = apply(rnn, apply(dense(4, 'site'), x));
  leftBehind.push(...(rnn as tf.RNN).getStates());
  return tf.model({ inputs: x, outputs });
}

function eachStep(): tf.LayersModel {
  const x = tf.input({ shape: [3, 4] });
  const steps = tf.layers.timeDistributed({ layer: dense(4, 'site'), name: 'steps' });
  return tf.model({ inputs: x, outputs: apply(dense(2, 'late'), apply(steps, x)) });
}

/** One output lies before the site. */
function early(): tf.LayersModel {
  const x = tf.input({ shape: [4] });
  const hidden = apply(dense(4, 'early'), x);
  return tf.model({ inputs: x, outputs: [hidden, apply(dense(2, 'late'), apply(dense(3, 'site'), hidden))] });
}

async function drawing(): Promise<tf.GraphModel> {
  const g = graph();
  g.input('x', [-1, 3]);
  g.constant('shape', [1, 3], [2], 'int32');
  g.node('noise', 'RandomUniform', ['shape'], { dtype: spelled.type('float32'), seed: spelled.integer(7) });
  g.node('site', 'AddV2', ['x', 'noise']);
  g.node('y', 'Sin', ['site']);
  return kept(await g.load({ y: 'y' }));
}

/** A layer that leaves what it was given where another finds it. */
class Leaves extends tf.layers.Layer {
  static className = 'Leaves';
  left: tf.Tensor | undefined;
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = [inputs].flat()[0] as tf.Tensor;
    this.left?.dispose();
    this.left = tf.keep(tf.clone(x));
    return tf.clone(x);
  }
}
class Finds extends tf.layers.Layer {
  static className = 'Finds';
  private readonly from: Leaves;
  private readonly fold: (left: tf.Tensor) => tf.Tensor;
  constructor(from: Leaves, fold: (left: tf.Tensor) => tf.Tensor) {
    super({});
    this.from = from;
    this.fold = fold;
  }
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.mul([inputs].flat()[0] as tf.Tensor, this.fold(this.from.left as tf.Tensor));
  }
}

/** The layer behind the site takes something from before it that the graph of the model does not tell of. */
function secretive(fold: (left: tf.Tensor) => tf.Tensor): { model: tf.LayersModel; leaves: Leaves } {
  const leaves = new Leaves();
  const x = tf.input({ shape: [4] });
  const site = apply(dense(4, 'site'), apply(leaves, x));
  return {
    model: tf.model({ inputs: x, outputs: apply(dense(2, 'late'), apply(new Finds(leaves, fold), site)) }),
    leaves,
  };
}

/** The same model, which cannot be cut. */
async function whole(model: ModelLike): Promise<Model> {
  const { cut: _, ...rest } = await prepare(model);
  return rest;
}

/** Explains both ways, and gives how far the values are apart. */
async function apart(model: ModelLike, inputs: tf.Tensor | tf.Tensor[], options: AttributeOptions): Promise<number> {
  const whys = [await attribute(model, inputs, options), await attribute(await whole(model), inputs, options)] as const;
  const far = await distance(whys[0].values as tf.Tensor, whys[1].values as tf.Tensor); // of one site
  for (const why of whys) why.dispose();
  return far;
}

const cutAt = async (model: ModelLike, name: string, side: 'input' | 'output' = 'output') =>
  (await prepare(model)).cut?.({ layer: name, side, call: 0 });

describe('a model runs whole', () => {
  test.each<[string, () => ModelLike | Promise<ModelLike>, string, ('input' | 'output')?]>([
    ['where a mask goes along with what crosses the site', masking, 'site'],
    ['where a layer remembers', remembering, 'site'],
    ['where a layer is called on both sides', () => sharing().model, 'shared'],
    ['where another layer calls that of the site', eachStep, 'steps/site'],
    ['where an output does not depend on the site', early, 'site'],
    ['where others take what goes into the site', skipping, 'site', 'input'],
    ['where it draws at random', drawing, 'site'],
    ['where it branches', async () => kept(await branching(3)), 'positive'],
    ['where it is a function', () => (x: tf.Tensor) => tf.sin(x), 'site'],
  ])('%s', async (_, make, name, side) => {
    expect(await cutAt(await make(), name, side)).toBeUndefined();
  });

  test('where a layer of the user makes the mask, even if the first rows have none', async () => {
    const full = random([1, 3, 4], 3);
    const inputs = tf.concat([full, tf.mul(full, tf.tensor([[[1], [0], [0]]]))]);
    const method = pathMean(Array.from({ length: 20 }, (_, i) => i / 20));
    expect(await apart(ownMask(), inputs, { method, at: layer('site'), target: 0 })).toBeLessThan(1e-6);
  });

  test('of which a part is called twice, once for the output that is wanted', async () => {
    const model = twice();
    const inputs = [random([2, 4], 3), random([2, 4], 4)];
    for (const place of [0, 1]) {
      const target = output(place, 1);
      const at = layer('inner/site', { call: 0 });
      expect(await apart(model, inputs, { method: pathMean([0, 0.5, 0.9]), at, target })).toBeLessThan(1e-6);
    }
  });

  test('of which a layer is called twice, once for the output that is wanted', async () => {
    const site = dense(4, 'site');
    const inputs = ['x', 'z'].map((name) => tf.input({ shape: [4], name }));
    const outputs = inputs.map((input, place) => apply(dense(2, `late${place}`), apply(site, input)));
    const model = await prepare(tf.model({ inputs, outputs }));
    for (const wanted of [[0], [1]])
      expect(model.cut?.({ layer: 'site', side: 'output', call: 0 }, wanted)).toBeUndefined();
  });

  test('once that turns out to give something else', async () => {
    // The mean over everything left: what was left last, by whatever rows, fits and is wrong.
    const { model, leaves } = secretive((left) => tf.mean(left));
    const x = random([1, 4], 3);
    expect(await cutAt(model, 'site')).toBeDefined();
    for (const method of [pathMean(), elementAblation()]) {
      const options = { method, at: layer('site'), target: 1 };
      const prepared = await prepare(model);
      const expected = await attribute(await whole(model), x, options);
      for (let call = 0; call < 2; call++) {
        const why = await attribute(prepared, x, options);
        expect(await distance(why.values, expected.values)).toBeLessThan(1e-6);
        why.dispose();
      }
      expected.dispose();
    }
    leaves.left?.dispose();
  });

  test('once that turns out to fail', async () => {
    const { model, leaves } = secretive((left) => tf.slice(left, [0, 0], [-1, 4]));
    const x = random([3, 4], 3);
    const options = { method: pathMean(), at: layer('site'), target: 1, batchSize: 8 };
    const [why, expected] = [await attribute(model, x, options), await attribute(await whole(model), x, options)];
    expect(await distance(why.values, expected.values)).toBeLessThan(1e-6);
    for (const { dispose } of [why, expected]) dispose();
    leaves.left?.dispose();
  });

  test('once that turns out to hold for one example and not for another', async () => {
    // Alike for the first example and the baseline, whose means are 0.
    const { model, leaves } = secretive((left) => tf.add(tf.mean(left), 1));
    const x = tf.tensor2d([1, -1, 2, -2, 1, 2, 3, 4], [2, 4]);
    const options = { method: pathMean([0.2, 0.4, 0.6, 0.8]), at: layer('site'), target: 1, batchSize: 4 };
    expect(await apart(model, x, options)).toBeLessThan(1e-6);
    leaves.left?.dispose();
  });

  test('once what held in another call does not hold any more', async () => {
    let secret = false;
    const { model, leaves } = secretive((left) => (secret ? tf.mean(left) : tf.scalar(1)));
    const x = random([1, 4], 3);
    const options = { method: pathMean(), at: layer('site'), target: 1 };
    const prepared = await prepare(model);
    for (secret of [false, true]) expect(await apart(prepared, x, options)).toBeLessThan(1e-6);
    leaves.left?.dispose();
  });

  test('once the way to the site turns out to fail', async () => {
    const prepared = await prepare(skipping());
    const options = { method: pathMean(), at: layer('site'), target: 1 };
    const failing = (fail: () => never): Model => ({
      ...prepared,
      cut(site, wanted) {
        const cut = prepared.cut?.(site, wanted);
        return cut && { ...cut, before: fail };
      },
    });
    const lost = failing(() => {
      throw new Error('no way in');
    });
    expect(await apart(lost, random([3, 4], 3), options)).toBeLessThan(1e-6);
    const controller = new AbortController();
    const aborted = failing(() => {
      controller.abort(new Error('enough'));
      throw new Error('no way in');
    });
    const { signal } = controller;
    await expect(attribute(aborted, random([3, 4], 3), { ...options, signal })).rejects.toThrow('enough');
  });

  test('where the target fails, which is told as it is', async () => {
    const model = skipping();
    const target = () => {
      throw new Error('no such luck');
    };
    await expect(attribute(model, random([2, 4]), { method: pathMean(), at: layer('site'), target })).rejects.toThrow(
      'no such luck',
    );
  });
});
