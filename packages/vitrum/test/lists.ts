import { describe, expect, test } from 'vitest';
import { methodEntries } from 'vitrum/methods';
import type { Installed } from './packed';

/** What the commands say that list things; `at` finds the models that fixtures wrote. */
export function describeLists(vitrum: Installed['vitrum'], at: (name: string) => string): void {
  describe('lists', () => {
    test('methods, and the options of one', async () => {
      const all = await vitrum(['methods']);
      for (const name of Object.keys(methodEntries)) expect(all.stdout).toMatch(new RegExp(`^${name} `, 'm'));
      const one = await vitrum(['methods', 'integratedGradients']);
      expect(one.stdout).toMatch(
        /--set integratedGradients\.steps=… .*a whole number of at least 1 or 'auto' \(default: 50\)/,
      );
      const json = JSON.parse((await vitrum(['methods', '--json'])).stdout);
      expect(json.occlusion.options.window).toEqual(methodEntries.occlusion?.options.window);
    });

    test('layers', async () => {
      const { stdout } = await vitrum(['layers', '--model', at('layers-model')]);
      expect(stdout).toMatch(/^eyes +Conv2D +\[\?, 6, 6, 4\]$/m);
      const layers = JSON.parse((await vitrum(['layers', '--model', at('graph-model'), '--json'])).stdout);
      expect(layers).toContainEqual({ name: 'seen', kind: expect.any(String), shape: [null, 8, 8, 4] });
    });

    test('backends, of which wasm and cpu work', async () => {
      const backends = JSON.parse((await vitrum(['backends', '--json'])).stdout);
      expect([backends.wasm.works, backends.cpu.works, backends.node.works]).toEqual([true, true, false]);
    });

    test('what a doctor finds', async () => {
      const { code, stdout } = await vitrum(['doctor']);
      expect(stdout).toMatch(/^ok +sharp: /m);
      expect(stdout).toMatch(/^absent +backend node: .*npm install/m);
      expect(stdout).toMatch(/^ok +explaining: Grad-CAM says why the cat is a tiger cat/m);
      expect(code).toBe(0);
    });
  });
}
