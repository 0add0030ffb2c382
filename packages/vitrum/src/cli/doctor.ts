import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chelsea224 } from '@vitrum/efficientnet-lite0';
import { explain } from '../explain';
import { openNetwork } from '../network/network';
import { readPhoto } from '../photo';
import { askedMethods } from '../question/methods';
import { backends } from './backends';
import { tryBackend } from './lists';
import { openStage } from './stage';
import type { Terminal } from './terminal';
import { ownVersion } from './versions';

/** `vitrum doctor`: tries everything the command needs. @returns whether nothing that it cannot do without is missing */
export async function doctorCommand(terminal: Terminal): Promise<boolean> {
  let sound = true;
  const check = async (what: string, essential: boolean, run: () => Promise<string>) => {
    try {
      terminal.result(`ok       ${what}: ${await run()}`);
    } catch (error) {
      if (essential) sound = false;
      const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      terminal.result(`${essential ? 'broken ' : 'absent '}  ${what}: ${reason}`);
    }
  };
  await check('vitrum', true, ownVersion);
  await check('Node', true, async () => `${process.versions.node} on ${process.platform} ${process.arch}`);
  await check('sharp', false, async () => {
    const { default: sharp } = await import('sharp');
    return `${sharp.versions.sharp ?? ''} reads PNG, JPEG and WebP`.trim();
  });
  for (const [name, { summary }] of [...Object.entries(backends)].reverse())
    await check(`backend ${name}`, name === 'wasm', async () => {
      const reason = await tryBackend(name);
      if (reason !== undefined) throw new Error(reason);
      return summary;
    });
  await check('writing', true, async () => {
    const stage = await openStage(join(tmpdir(), `vitrum-doctor-${process.pid}`));
    await stage.add('explanation.png', new Uint8Array(1)).finally(stage.discard);
    return 'files can be written';
  });
  // The backend tried last, wasm, is the one in use.
  await check('explaining', true, async () => {
    const network = await openNetwork({});
    try {
      const methods = askedMethods(['gradCam'], [], network, network.layer);
      const layer = network.layer ?? '';
      const { picture } = await readPhoto(chelsea224);
      const { explanations, predictions } = await explain(network, picture, { methods, layer, seed: 0 });
      return `Grad-CAM says why the cat is a ${predictions[0]?.label} in ${explanations[0]?.seconds.toFixed(1)} s`;
    } finally {
      network.dispose();
    }
  });
  return sound;
}
