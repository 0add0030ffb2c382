import type { Tensor } from '@tensorflow/tfjs-core';
import { attribute } from '@vitrum/core';
import { saliency } from '@vitrum/gradient-methods';
import { type BackendName, openBackend } from '../backends';
import { alternate, type Clock, processorTime, timed } from '../measure';
import { type Network, openNetwork } from '../network';
import type { Line } from '../table';

/** EfficientNet-Lite0, per picture: forward, and forward with backward. */
export async function network(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const backend of ['wasm', 'node'] as const) lines.push(...(await onBackend(backend)));
  return lines;
}

async function onBackend(backend: BackendName): Promise<Line[]> {
  const section = 'network';
  const missing = await openBackend(backend);
  if (missing !== undefined) return [{ section, what: `EfficientNet-Lite0, ${backend}`, absent: missing }];
  const net = await openNetwork();
  const lines: Line[] = [];
  // TensorFlow's native library computes on many threads.
  const clock = backend === 'node' ? undefined : processorTime;
  for (const batch of [1, 4]) {
    const sides = [sideForward(net, batch, clock), sideSaliency(net, batch, clock)];
    const [forward = [], both = []] = await alternate(sides, { atMost: 30, milliseconds: 8000 });
    const what = (does: string) => `${does} a picture, ${backend}, batch ${batch}`;
    lines.push({ section, what: what('forward,'), ours: forward });
    lines.push({
      section,
      what: what('saliency,'),
      ours: both,
      against: { name: 'forward', runs: forward },
    });
  }
  net.dispose();
  return lines;
}

/** The model alone, milliseconds per picture. */
export function sideForward({ graph, copies }: Network, batch: number, clock?: Clock): () => Promise<number> {
  const x = copies(batch);
  return async () => {
    const milliseconds = await timed(async () => {
      const logits = graph.execute(x) as Tensor; // the network has one output
      await logits.data();
      logits.dispose();
    }, clock);
    return milliseconds / batch;
  };
}

/** A whole call of `attribute`, milliseconds per picture. */
function sideSaliency({ model, copies, target }: Network, batch: number, clock?: Clock): () => Promise<number> {
  const x = copies(batch);
  return async () => {
    const milliseconds = await timed(async () => {
      const why = await attribute(model, x, { method: saliency(), target, batchSize: batch });
      await why.values.data();
      why.dispose();
    }, clock);
    return milliseconds / batch;
  };
}
