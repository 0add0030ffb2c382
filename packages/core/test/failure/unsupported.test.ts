import * as tf from '@tensorflow/tfjs';
import { backendsHere, openBackend } from '@vitrum/testing';
import { graph } from '@vitrum/testing/internal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AttributionError, asIs, attribute, defineMethod, layer, type RuleSet, sum, tap } from '../../src/index';
import { elementAblation, gradient } from '../methods';
import { random } from '../tensors';
import { expectFailure, failure } from './clean';

/** A kernel of which no table knows a gradient. */
const unheard = (x: tf.Tensor) => tf.engine().runKernel('Unheard', { x }) as tf.Tensor; // it has one output

class UnheardLayer extends tf.layers.Layer {
  static className = 'UnheardLayer';
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return unheard((Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor); // it takes one
  }
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
}

for (const backend of backendsHere) {
  describe(`an operation without a gradient on ${backend}`, () => {
    beforeAll(async () => {
      await openBackend(backend);
      const kernelFunc: tf.KernelFunc = ({ inputs }) => tf.mul(inputs.x as tf.Tensor, 2);
      tf.registerKernel({ kernelName: 'Unheard', backendName: tf.getBackend(), kernelFunc });
    });
    afterAll(() => tf.unregisterKernel('Unheard', tf.getBackend()));

    test('of a function is named with its place behind the last tap', async () => {
      const x = random([2, 3]);
      const model = (x: tf.Tensor) => tf.square(unheard(tap('hidden', tf.sin(x))));
      const call = () => attribute(model, x, { method: gradient(), target: 0 });
      await expectFailure(call, 'gradient', /kernel Unheard, behind tap "hidden"/, /input "x"/, /occlusion\(\)/);
      expect((await failure(call)) as AttributionError).toMatchObject({
        operation: { kernel: 'Unheard', place: 'behind tap "hidden"' },
      });
    });

    test('is counted from 0 among the operations of the recording', async () => {
      const x = random([2, 3]);
      for (const [before, index] of [
        [[], 0],
        [[tf.sin, tf.cos], 2],
      ] as const) {
        const model = (x: tf.Tensor) => unheard(before.reduce<tf.Tensor>((y, op) => op(y), x));
        const error = await failure(() => attribute(model, x, { method: gradient(), target: 0 }));
        // The first is the tape's own reference to the input.
        expect((error as AttributionError).operation).toEqual({ kernel: 'Unheard', index: index + 1 });
      }
    });

    test('is told with the reason, if that is on record', async () => {
      const x = random([2, 3]);
      const model = (x: tf.Tensor) => tf.engine().runKernel('EluGrad', { dy: x, y: tf.elu(x) }) as tf.Tensor; // it has one output
      await expectFailure(
        () => attribute(model, x, { method: gradient(), target: 0 }),
        'gradient',
        /kernel EluGrad;/,
        /EluGrad has none: it runs backwards/,
      );
    });

    test('of a target function is said to lie there', async () => {
      const x = random([2, 3]);
      const target = ([y]: readonly tf.Tensor[]) => tf.sum(unheard(y as tf.Tensor), 1);
      await expectFailure(
        () => attribute(tf.square, x, { method: gradient(), target }),
        'gradient',
        /kernel Unheard, in the target;/,
      );
    });

    test('of a LayersModel is named with its layer, also of a nested model', async () => {
      const x = random([2, 4]);
      const inner = tf.sequential({
        layers: [tf.layers.dense({ units: 3, inputShape: [4], name: 'first' }), new UnheardLayer({ name: 'strange' })],
      });
      inner.name = 'inner';
      const nested = tf.sequential({ layers: [inner, tf.layers.dense({ units: 2, name: 'last' })] });
      const [plain, outer] = [/kernel Unheard, in layer "strange"/, /kernel Unheard, in layer "inner\/strange"/];
      await expectFailure(() => attribute(inner, x, { method: gradient(), target: 0 }), 'gradient', plain);
      await expectFailure(() => attribute(nested, x, { method: gradient(), target: 0 }), 'gradient', outer);
      // Behind it there is no such thing.
      const why = await attribute(nested, x, { method: gradient(), target: 0, at: layer('inner/strange') });
      why.dispose();
      nested.dispose();
    });

    test('of a GraphModel is named with its node', async () => {
      tf.registerOp('Unheard', (node) => unheard(node.inputs[0] as tf.Tensor));
      try {
        const g = graph();
        g.input('x', [-1, 3]);
        g.node('squared', 'Square', ['x']);
        g.node('strange', 'Unheard', ['squared']);
        g.node('y', 'Sin', ['strange']);
        const model = await g.load({ y: 'y' });
        const x = random([2, 3]);
        const call = () => attribute(model, x, { method: gradient(), target: 0 });
        await expectFailure(call, 'gradient', /kernel Unheard, in node "strange"/);
        model.dispose();
      } finally {
        tf.deregisterOp('Unheard');
      }
    });

    test('does not matter off the way, nor to a method without gradients', async () => {
      const x = random([2, 3]);
      const aside = (x: tf.Tensor) => [tf.square(x), unheard(x)];
      const target = ([y]: readonly tf.Tensor[]) => tf.sum(y as tf.Tensor, 1);
      (await attribute(aside, x, { method: gradient(), target })).dispose();
      (await attribute(unheard, x, { method: elementAblation(), target: 0 })).dispose();
    });

    test('that a backward rule runs into is named by the operation whose rule it is', async () => {
      const x = random([2, 3]);
      const rules: RuleSet = {
        seed: 'one',
        unfuse: false,
        rule: ({ kernel }) =>
          kernel === 'Sin'
            ? (_, [dy]) => [tf.engine().runKernel('Missing', { dy: dy as tf.Tensor }) as tf.Tensor]
            : undefined, // it throws
      };
      const method = defineMethod('ruled', { uses: [], deterministic: true, rowwise: true }, () => async (probe) => {
        const { mean } = await probe.run({ points: asIs(), grad: ['inputs'], rules }, sum());
        return mean.flat();
      });
      await expectFailure(
        () => attribute((x: tf.Tensor) => tf.sin(tap('hidden', tf.square(x))), x, { method: method(), target: 0 }),
        'gradient',
        /Missing/,
        /the backward rule for operation \d+ of the model, kernel Sin, behind tap "hidden"/,
      );
    });

    test('that the backend does not have is TF.js’s own error', async () => {
      const x = random([2, 3]);
      const model = (x: tf.Tensor) => tf.engine().runKernel('Missing', { x }) as tf.Tensor; // it throws
      const error = await failure(() => attribute(model, x, { method: gradient(), target: 0 }));
      expect(String(error)).toMatch(new RegExp(`Missing.*${tf.getBackend()}`));
    });
  });
}
