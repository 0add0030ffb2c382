import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkInputs, type Inputs, open } from './inputs';
import { functionModel } from './model/function-model';
import type { InputInfo, Model } from './model/model';

beforeAll(() => tf.setBackend('cpu'));

const free = () => functionModel((x: tf.Tensor) => x);
const declaring = (...inputs: InputInfo[]): Model => ({ ...free(), inputs });
const twoInputs = declaring({ name: 'image', shape: [null, 4, 4, 3] }, { name: 'age', shape: [null, 1] });

describe('a container', () => {
  test('is rebuilt around other tensors as it came', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((value) => tf.tensor1d([value])) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    expect(open(a, free()).rebuild([c])).toBe(c);
    expect(open([a, b], free()).rebuild([c, d])).toEqual([c, d]);
    expect(open([a], free()).rebuild([c])).toEqual([c]);
    expect(open({ first: a, second: b }, free()).rebuild([c, d])).toEqual({ first: c, second: d });
  });

  test('that is a record is taken apart in the order of the model’s inputs', () => {
    const [image, age] = [tf.zeros([2, 4, 4, 3]), tf.zeros([2, 1])];
    const { tensors, names } = open({ age, image }, twoInputs);
    expect(names).toEqual(['image', 'age']);
    expect(tensors).toEqual([image, age]);
  });

  test('of context goes behind the inputs, and to its names where it has names', () => {
    const [image, age] = [tf.zeros([2, 4, 4, 3]), tf.zeros([2, 1])];
    const fed = (inputs: Inputs, context: Inputs, model: Model) => {
      const container = open(inputs, model, context);
      return container.arrange(container.tensors, container.context);
    };
    expect(fed(image, age, twoInputs).tensors).toEqual([image, age]);
    expect(fed(age, { image }, twoInputs).tensors).toEqual([image, age]);
    expect(fed([age], { image }, twoInputs).tensors).toEqual([image, age]);
    expect(fed({ age }, { image }, twoInputs)).toEqual({ names: ['image', 'age'], tensors: [image, age] });
    expect(fed({ age }, { image }, free())).toEqual({ names: ['age', 'image'], tensors: [age, image] });
    const { tensors, names, rebuild } = open({ age }, twoInputs, { image });
    expect(tensors).toEqual([age]);
    expect(names).toEqual(['age']);
    expect(rebuild([image])).toEqual({ age: image });
    expect(open(age, twoInputs, { image }).rebuild([image])).toBe(image);
  });

  test('of context that cannot be placed is an error', () => {
    const [image, age] = [tf.zeros([2, 4, 4, 3]), tf.zeros([2, 1])];
    const wrong: [Inputs, Inputs, Model, RegExp][] = [
      [age, { picture: image }, twoInputs, /a context named "picture".*"image", "age"/],
      [age, { image }, free(), /a context named "image".*without names/],
      [{ age }, image, twoInputs, /inputs with names and a context without/],
      [{ age, image }, { image }, twoInputs, /"image" among the inputs and in the context/],
      [{ age }, { picture: image }, twoInputs, /inputs named "age", "picture"/],
      [age, 3 as unknown as Inputs, twoInputs, /context of type number/],
    ];
    for (const [inputs, context, model, message] of wrong) {
      expect(() => open(inputs, model, context)).toThrow(
        expect.objectContaining({ code: 'inputs', message: expect.stringMatching(message) }),
      );
    }
  });

  test('of anything else is an error', () => {
    for (const inputs of [null, undefined, 3, 'x']) {
      expect(() => open(inputs as unknown as Inputs, free())).toThrow(expect.objectContaining({ code: 'inputs' }));
    }
  });

  test('with missing or unknown names is an error that lists those of the model', () => {
    for (const inputs of [{ image: tf.zeros([1]) }, { image: tf.zeros([1]), age: tf.zeros([1]), sex: tf.zeros([1]) }]) {
      expect(() => open(inputs, twoInputs)).toThrow(
        expect.objectContaining({ code: 'inputs', message: expect.stringContaining('"image", "age"') }),
      );
    }
  });
});

describe('checking inputs', () => {
  test('counts the examples', () => {
    expect(checkInputs({ tensors: [tf.zeros([5, 2])] }, free())).toBe(5);
    expect(checkInputs({ tensors: [tf.zeros([3, 4, 4, 3]), tf.zeros([3, 1])] }, twoInputs)).toBe(3);
  });

  test('lets a model with a fixed batch have any number of examples', () => {
    expect(checkInputs({ tensors: [tf.zeros([5, 2])] }, declaring({ name: 'x', shape: [1, 2] }))).toBe(5);
  });

  test('says what is wrong', () => {
    const disposed = tf.zeros([1]);
    disposed.dispose();
    const wrong: [unknown[], Model, RegExp][] = [
      [[], free(), /0 input tensor.*at least one/],
      [[tf.zeros([1, 4, 4, 3])], twoInputs, /expected 2: image, age/],
      [[disposed], free(), /disposed/],
      [['picture.png'], free(), /string as input "0"/],
      [[tf.scalar(1)], free(), /a scalar.*expandDims/],
      [
        [tf.zeros([4, 4, 3])],
        declaring({ name: 'image', shape: [null, 4, 4, 3] }),
        /shape \[4,4,3\].*\[examples, 4, 4, 3\].*expandDims/,
      ],
      [[tf.zeros([1, 5, 4, 3])], declaring({ name: 'image', shape: [null, 4, 4, 3] }), /Reshape or resize/],
      [[tf.zeros([0, 2])], free(), /empty batch/],
      [[tf.zeros([2, 2]), tf.zeros([3, 2])], free(), /2, 3 examples/],
    ];
    for (const [tensors, model, message] of wrong) {
      expect(() => checkInputs({ tensors: tensors as tf.Tensor[] }, model)).toThrow(
        expect.objectContaining({ code: 'inputs', message: expect.stringMatching(message) }),
      );
    }
  });
});
