import { type AttributionMethod, attribute, defineMethod, path, sum } from '@vitrum/core';
import { onEachBackend, openBackend, seeded, toys } from '@vitrum/testing';
import { expect, test } from 'vitest';

/** Names of the operations that a backward walk meets. */
async function operations(backend: string, makeToy: (typeof toys)[keyof typeof toys], unfuse: boolean) {
  await openBackend(backend);
  const met: string[] = [];
  const rules = {
    seed: 'one' as const,
    unfuse,
    rule(node: { kernel: string }) {
      met.push(node.kernel);
      return undefined;
    },
  };
  const method: AttributionMethod = defineMethod(
    'meet',
    { uses: [], deterministic: true, rowwise: true },
    () => async (probe) => {
      const query = { points: path([1]), put: probe.site, grad: [probe.site], rules };
      return (await probe.run(query, sum())).mean.flat();
    },
  )();
  const toy = makeToy();
  const inputs = seeded(1, [1, ...toy.inputShape]);
  (await attribute(toy.model, inputs, { method, target: 0 })).dispose();
  inputs.dispose();
  toy.dispose();
  return met;
}

const suite = () => {
  for (const [name, makeToy] of Object.entries(toys)) {
    test.each([false, true])(
      `${name}: records each operation once, as on cpu (activations apart: %s)`,
      async (unfuse) => {
        const expected = await operations('cpu', makeToy, unfuse);
        expect(expected.length).toBeGreaterThan(2);
        expect(await operations('node', makeToy, unfuse)).toEqual(expected);
      },
    );
  }
};

onEachBackend('kernels that are made of kernels, on %s', suite, ['node']);
