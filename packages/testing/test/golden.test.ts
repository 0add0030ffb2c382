import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as registry from 'vitrum';
import { openBackend } from '../src/backends';
import { unregistered } from '../src/golden/call';
import { findCases } from '../src/golden/case';
import { modelStore } from '../src/golden/models';
import { runCase } from '../src/golden/run';
import { onEachBackend } from '../src/on-each-backend';

const golden = fileURLToPath(new URL('../golden', import.meta.url));
const cases = await findCases(golden);

onEachBackend('on %s, as in Captum:', (backend) => {
  const models = modelStore();
  beforeAll(async () => {
    await openBackend(backend);
    // All of them now, so that no test is blamed for the weights.
    await Promise.all(cases.map((file) => models.load(join(file.folder, file.golden.model))));
  });
  afterAll(() => models.dispose());

  for (const file of cases) {
    const skip = unregistered(file.golden.method, registry) !== undefined;
    test.skipIf(skip)(file.golden.name, async () => {
      expect((await runCase(file, { registry, models })).problems).toEqual([]);
    });
  }
});
