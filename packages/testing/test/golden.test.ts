import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as registry from 'vitrum';
import { openBackend } from '../src/backends';
import { unregistered } from '../src/golden/call';
import { type CaseFile, findCases, methodNames } from '../src/golden/case';
import { modelStore } from '../src/golden/models';
import { runCase } from '../src/golden/run';
import { onEachBackend } from '../src/on-each-backend';

const golden = fileURLToPath(new URL('../golden', import.meta.url));
const cases = await findCases(golden);

/** Methods whose cases wait for them. */
const notYet = [
  'conductance',
  'exactShapley',
  'featurePermutation',
  'internalInfluence',
  'kernelShap',
  'lime',
  'neuronConductance',
  'shapleySampling',
];
const waits = ({ golden }: CaseFile) => methodNames(golden.method).some((name) => notYet.includes(name));

test('cases wait for no method but those that are not here yet', () => {
  const missing = cases.flatMap(({ golden }) => unregistered(golden.method, registry) ?? []);
  expect([...new Set(missing)].sort()).toEqual(notYet);
});

onEachBackend('on %s, as in Captum:', (backend) => {
  const models = modelStore();
  beforeAll(async () => {
    await openBackend(backend);
    // All of them now, so that no test is blamed for the weights.
    await Promise.all(cases.map((file) => models.load(join(file.folder, file.golden.model))));
  });
  afterAll(() => models.dispose());

  for (const file of cases) {
    test.skipIf(waits(file))(file.golden.name, async () => {
      expect((await runCase(file, { registry, models })).problems).toEqual([]);
    });
  }
});
