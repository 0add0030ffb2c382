import { expect, test } from 'vitest';
import { describeMethod } from './describe-method';

test('refuses to except a law that does not exist', () => {
  const method = {
    name: 'none',
    uses: [],
    deterministic: true,
    rowwise: true,
    attribute: () => Promise.resolve({ values: [] }),
  };
  expect(() => describeMethod('none', () => method, { except: { 'keeps the shap': 'a slip' } })).toThrow(
    'no law "keeps the shap"',
  );
});
