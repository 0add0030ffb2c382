import { AttributionError, type AttributionMethod } from '@vitrum/core';
import * as gradientMethods from '@vitrum/gradient-methods';
import * as layerMethods from '@vitrum/layer-methods';
import * as perturbationMethods from '@vitrum/perturbation-methods';
import { describe, expect, test } from 'vitest';
import { closest, didYouMean } from './closest';
import { checkOptions, methodEntries, methods, type Option, readOption, wrapperEntries, wrappers } from './index';

const entries = Object.entries({ ...methodEntries, ...wrapperEntries });
const packages: Readonly<Record<string, unknown>> = { ...gradientMethods, ...perturbationMethods, ...layerMethods };
const options = entries.flatMap(([name, entry]) =>
  Object.entries<Option>(entry.options).map(([key, option]) => ({ name, key, option, entry })),
);
const isWrapper = (name: string) => Object.hasOwn(wrappers, name);
const make = (name: string, given: object): AttributionMethod => {
  const made = isWrapper(name) ? wrappers[name]?.(gradientMethods.gradient(), given) : methods[name]?.(given);
  if (!made) throw new Error(`there is no ${name}`);
  return made;
};
const required = (name: string) =>
  Object.fromEntries(
    options
      .filter((one) => one.name === name && one.option.required)
      .map(({ key, option }) => [key, 'default' in option ? option.default : 'block1']),
  );

describe('the registry', () => {
  test.each(entries)('has under %s the function of its name', (name, entry) => {
    expect(entry.make).toBe(packages[name]);
    expect(isWrapper(name) ? wrappers[name] : methods[name]).toBe(entry.make);
    expect(make(name, required(name)).name).toBe(name);
  });

  test('has every method of the packages whose options are data', () => {
    // The rules of backpropagation are functions, the composites are what lrp is given, and patches and superpixels are features.
    const known = /^(backpropagation|epsilon\w+|interpolate|patches|superpixels)$/;
    const all = Object.keys(packages).filter((name) => typeof packages[name] === 'function' && !known.test(name));
    expect(entries.map(([name]) => name).sort()).toEqual(all.sort());
  });

  test.each(entries)('describes %s in lines that fit a list', (_, { title, summary, cost, options }) => {
    for (const text of [title, summary, cost, ...Object.values<Option>(options).map((o) => o.description)]) {
      expect(text).toMatch(/^[^\n]{1,100}$/);
      expect(text).not.toMatch(/\.$/);
    }
  });
});

describe('the schema of an option', () => {
  test.each(options.filter(({ option }) => 'default' in option))(
    'has for $name.$key a default that it takes, and the method too',
    ({ name, key, option }) => {
      const given = { [key]: 'default' in option && option.default };
      expect(() => checkOptions(name, { options: { [key]: option } }, given)).not.toThrow();
      expect(() => make(name, { ...required(name), ...given })).not.toThrow();
    },
  );

  // What a method can only check once it knows the inputs is not thrown when it is made.
  const late = /\.(noise|window|strides|tolerance|maxSteps)$/;
  const numbers = options.filter(({ name, key, option }) => 'minimum' in option && !late.test(`${name}.${key}`));
  test.each(numbers)('has for $name.$key the limit that the method has', ({ name, key, option, entry }) => {
    if (!('minimum' in option)) throw new Error('only numbers are asked');
    const below = option.type === 'number' && option.exclusive ? option.minimum : option.minimum - 1;
    expect(() => checkOptions(name, entry, { [key]: below })).toThrow(AttributionError);
    expect(() => make(name, { ...required(name), [key]: below })).toThrow(AttributionError);
    if (option.type === 'integer') {
      expect(() => checkOptions(name, entry, { [key]: option.minimum })).not.toThrow();
      expect(() => make(name, { ...required(name), [key]: option.minimum })).not.toThrow();
    }
  });

  test('has the limits that adaptive Integrated Gradients has', () => {
    for (const given of [{ tolerance: 0 }, { maxSteps: 0 }]) {
      expect(() => readOptions('integratedGradients', given)).toThrow(/expected/);
      expect(() => make('integratedGradients', { steps: 'auto', ...given })).toThrow(AttributionError);
    }
  });

  test.each(options.filter(({ option }) => option.type === 'choice'))(
    'has for $name.$key the words that the method has',
    ({ name, key, option, entry }) => {
      const words = option.type === 'choice' ? option.choices : [];
      for (const word of words) expect(() => make(name, { ...required(name), [key]: word }), word).not.toThrow();
      // Integrated Gradients makes its quadrature when it is made, like the rest.
      expect(() => make(name, { ...required(name), [key]: 'no such word' })).toThrow(AttributionError);
      expect(() => checkOptions(name, entry, { [key]: 'no such word' })).toThrow(/expected '/);
    },
  );
});

const readOptions = (name: string, given: Readonly<Record<string, unknown>>) =>
  checkOptions(name, methodEntries[name] ?? { options: {} }, given);

describe('an option that came as text', () => {
  const read = (method: string, option: string, text: string) => {
    const entry = methodEntries[method] ?? wrapperEntries[method];
    if (!entry) throw new Error(`there is no ${method}`);
    return readOption(method, entry, option, text);
  };

  test.each([
    ['integratedGradients', 'steps', '100', 100],
    ['integratedGradients', 'steps', 'auto', 'auto'],
    ['integratedGradients', 'quadrature', 'left', 'left'],
    ['integratedGradients', 'multiplyByInputs', 'false', false],
    ['integratedGradients', 'tolerance', '1e-3', 0.001],
    ['occlusion', 'window', '15,15,3', [15, 15, 3]],
    ['occlusion', 'window', '[[2],[3]]', [[2], [3]]],
    ['occlusion', 'window', '4', 4],
    ['smoothGrad', 'noise', '0.1,0', [0.1, 0]],
    ['guidedGradCam', 'layer', 'blocks/10/add', 'blocks/10/add'],
    ['lrp', 'composite', 'epsilonPlus', 'epsilonPlus'],
    ['lrp', 'composite', '{"name":"gamma","gamma":0.3}', { name: 'gamma', gamma: 0.3 }],
  ])('is read: %s.%s=%s', (method, option, text, value) => {
    expect(read(method, option, text)).toEqual(value);
  });

  test.each([
    [
      'integratedGradients',
      'stepz',
      '100',
      'Got integratedGradients.stepz; expected an option of integratedGradients: steps, quadrature, multiplyByInputs, tolerance, maxSteps. Did you mean steps',
    ],
    [
      'integratedGradients',
      'steps',
      '0',
      "Got integratedGradients.steps 0; expected a whole number of at least 1 or 'auto'. Leave it out for 50.",
    ],
    ['integratedGradients', 'steps', 'many', "Got integratedGradients.steps 'many'; expected a whole number"],
    ['integratedGradients', 'multiplyByInputs', 'yes', 'expected true or false'],
    ['occlusion', 'window', '0', 'Got occlusion.window 0; expected a whole number of at least 1, or a list'],
    ['occlusion', 'window', '', 'Got occlusion.window []; expected'],
    ['deepLift', 'epsilon', '0', 'expected a number above 0'],
    ['saliency', 'steps', '5', 'Got saliency.steps; expected nothing, as saliency has no options. Leave it out.'],
    ['saliency', 'constructor', '5', 'Got saliency.constructor'],
  ])('is refused: %s.%s=%s', (method, option, text, message) => {
    expect(() => read(method, option, text)).toThrow(message);
  });
});

test('the closest names are those with the fewest changes, and those that have it as a part', () => {
  expect(closest('integratedGradient', Object.keys(methods))[0]).toBe('integratedGradients');
  expect(didYouMean('saliancy', Object.keys(methods), 'See the list.')).toBe('Did you mean saliency?');
  expect(closest('cam', Object.keys(methods)).slice(0, 2).sort()).toEqual(['gradCam', 'guidedGradCam']);
});

test('what is like no name is not told to be', () => {
  for (const strange of ['foo', 'x', '', 'somethingElseAltogether']) {
    expect(closest(strange, ['lrp', 'gradCam', 'varGrad', 'saliency'])).toEqual([]);
    expect(didYouMean(strange, ['lrp'], 'See the list.')).toBe('See the list.');
  }
  // Two letters changed places.
  expect(closest('lpr', ['lrp', 'gradCam'])).toEqual(['lrp']);
});
