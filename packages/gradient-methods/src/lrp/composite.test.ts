import { matMul, relu, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { attribute, tap } from '@vitrum/core';
import { closeTo, openBackend, seeded } from '@vitrum/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Candidate, type CompositeData, choose, compositeOf } from './composite';
import { lrp } from './lrp';
import { epsilonComposite, epsilonGammaBox, presets } from './presets';

beforeAll(() => openBackend('cpu'));

const candidate = (parts: Partial<Candidate>): Candidate => ({
  kernel: '_FusedMatMul',
  first: () => false,
  last: () => false,
  ...parts,
});
const ruleFor = (composite: CompositeData, parts: Partial<Candidate>) =>
  choose(compositeOf(composite), candidate(parts))?.rule.name;

const named: CompositeData[] = [
  'epsilonComposite',
  'epsilonPlus',
  'epsilonPlusFlat',
  'epsilonAlpha2Beta1',
  'epsilonAlpha2Beta1Flat',
  { name: 'epsilonGammaBox', low: 0, high: 1 },
];

describe('a composite', () => {
  test('is the first choice that fits', () => {
    const composite: CompositeData = {
      name: 'test',
      choices: [
        { layer: 'a', rule: { name: 'flat' } },
        { kernel: 'convolution', position: 'first', rule: { name: 'wSquare' } },
        { kernel: 'convolution', rule: { name: 'zPlus' } },
        { kernel: 'BatchMatMul', rule: { name: 'gamma' } },
        { position: 'last', rule: { name: 'identity' } },
      ],
    };
    expect(ruleFor(composite, { layer: 'a', kernel: 'Conv2D' })).toBe('flat');
    expect(ruleFor(composite, { kernel: 'FusedDepthwiseConv2D', first: () => true })).toBe('wSquare');
    expect(ruleFor(composite, { kernel: 'Conv2DBackpropInput' })).toBe('zPlus');
    expect(ruleFor(composite, { kernel: 'BatchMatMul' })).toBe('gamma');
    expect(ruleFor(composite, { last: () => true })).toBe('identity');
    expect(ruleFor(composite, {})).toBeUndefined();
  });

  test('may be one rule for all, or rules by layer with a default', () => {
    expect(ruleFor({ name: 'gamma', gamma: 0.3 }, {})).toBe('gamma');
    const layers: CompositeData = { name: 'layers', default: { name: 'epsilon' }, rules: { a: { name: 'flat' } } };
    expect(ruleFor(layers, { layer: 'a' })).toBe('flat');
    expect(ruleFor(layers, { layer: 'b' })).toBe('epsilon');
  });

  test('travels as JSON, presets too', () => {
    for (const data of named) {
      const composite = compositeOf(data);
      expect(JSON.parse(JSON.stringify(composite))).toEqual(composite);
      expect(compositeOf(JSON.parse(JSON.stringify(data)))).toEqual(composite);
    }
    expect(named.map((data) => (typeof data === 'string' ? data : data.name)).sort()).toEqual(
      Object.keys(presets).sort(),
    );
  });

  test('by name has the options of its function', () => {
    const options = { low: [0, -1], high: 2, gamma: 0.1, epsilon: 0.2, mergeBatchNorm: false };
    expect(compositeOf({ name: 'epsilonGammaBox', ...options })).toEqual(epsilonGammaBox(options));
    expect(compositeOf('epsilonComposite')).toEqual(epsilonComposite());
  });

  test('treats the first layer, convolutions and the rest as its name says', () => {
    const first = { kernel: 'Conv2D', first: () => true };
    const rules = (data: CompositeData) => [first, { kernel: 'Conv2D' }, {}].map((parts) => ruleFor(data, parts));
    expect(named.map(rules)).toEqual([
      ['epsilon', 'epsilon', 'epsilon'],
      ['zPlus', 'zPlus', 'epsilon'],
      ['flat', 'zPlus', 'epsilon'],
      ['alphaBeta', 'alphaBeta', 'epsilon'],
      ['flat', 'alphaBeta', 'epsilon'],
      ['box', 'gamma', 'epsilon'],
    ]);
  });

  const refused: [string, unknown, RegExp][] = [
    ['nothing', null, /null/],
    ['a number', 5, /composite that is 5/],
    ['a name that is none', 'epsilonMinus', /epsilonMinus/],
    [
      'a rule in a choice with options it cannot have',
      { name: 'x', choices: [{ rule: { name: 'gamma', gamma: -1 } }] },
      /gamma/,
    ],
    ['a default that is no rule', { name: 'layers', default: { name: 'x' }, rules: {} }, /"x"/],
  ];
  test.each(refused)('refuses %s', (_, data, message) => {
    expect(() => lrp({ composite: data as CompositeData })).toThrow(
      expect.objectContaining({ code: 'option', message: expect.stringMatching(message) }),
    );
  });
});

test('a rule for a layer at which LRP meets nothing is told of in a note', async () => {
  const model = (x: Tensor) => matMul(tap('hidden', relu(x)) as Tensor2D, seeded(1, [3, 1]) as Tensor2D);
  const rules = { hidden: { name: 'epsilon' }, hiden: { name: 'flat' } } as const;
  const why = await attribute(model, seeded(2, [1, 3]), {
    method: lrp({ composite: { name: 'layers', default: { name: 'epsilon' }, rules } }),
  });
  expect(why.notes).toEqual([expect.stringContaining('"hiden"')]);
  expect(why.convergenceDelta?.[0]).toBeCloseTo(0, 5);
  why.dispose();
});

test('in a function, a rule is for what follows the tap that it names', async () => {
  const model = (x: Tensor) => {
    const first = matMul(tap('start', x) as Tensor2D, seeded(1, [3, 4]) as Tensor2D);
    return matMul(tap('middle', first) as Tensor2D, seeded(3, [4, 1]) as Tensor2D);
  };
  const x = seeded(2, [1, 3]);
  const why = await attribute(model, x, {
    method: lrp({ composite: { name: 'layers', default: { name: 'epsilon' }, rules: { start: { name: 'flat' } } } }),
  });
  const third = (why.score[0] ?? 0) / 3;
  await closeTo(why.values, { shape: [1, 3], values: Float32Array.of(third, third, third) });
  why.dispose();
});
