import { type AttributionMethod, attribute } from '@vitrum/core';
import {
  deconvolution,
  deepLift,
  epsilonComposite,
  epsilonGammaBox,
  epsilonPlusFlat,
  guidedBackprop,
  lrp,
  saliency,
} from '@vitrum/gradient-methods';
import { type BackendName, openBackend } from '../backends';
import { alternate, type Clock, processorTime, timed } from '../measure';
import { type Network, openNetwork } from '../network';
import type { Line } from '../table';

/** What walks back by rules of its own, and how many times the plain gradient it may take. */
const works: readonly { readonly what: string; readonly method: AttributionMethod; readonly bar: number }[] = [
  { what: 'guidedBackprop', method: guidedBackprop(), bar: 1.15 },
  { what: 'deconvolution', method: deconvolution(), bar: 1.15 },
  { what: 'deepLift', method: deepLift(), bar: 2.2 },
  { what: 'lrp, epsilon', method: lrp({ composite: epsilonComposite() }), bar: 2.5 },
  { what: 'lrp, epsilon plus flat', method: lrp({ composite: epsilonPlusFlat() }), bar: 2.5 },
  { what: 'lrp, epsilon gamma box', method: lrp({ composite: epsilonGammaBox({ low: -1, high: 1 }) }), bar: 2.5 },
];

const batch = 4;

/** Methods with backward rules next to saliency, on EfficientNet-Lite0, a picture at batch 4. */
export async function rules(): Promise<Line[]> {
  const lines: Line[] = [];
  for (const backend of ['wasm', 'node'] as const) lines.push(...(await onBackend(backend)));
  return lines;
}

async function onBackend(backend: BackendName): Promise<Line[]> {
  const section = 'rules';
  const missing = await openBackend(backend);
  if (missing !== undefined) return [{ section, what: `backward rules, ${backend}`, absent: missing }];
  const net = await openNetwork();
  // TensorFlow's native library computes on many threads.
  const clock = backend === 'node' ? undefined : processorTime;
  const lines: Line[] = [];
  for (const { what, method, bar } of works) {
    const sides = [side(net, method, clock), side(net, saliency(), clock)];
    const [ours = [], plain = []] = await alternate(sides, { atMost: 25, milliseconds: 8000 });
    lines.push({
      section,
      what: `${what}, ${backend}`,
      ours,
      against: { name: 'saliency', runs: plain },
      bar,
      goal: bar,
    });
  }
  net.dispose();
  return lines;
}

/** A whole call of `attribute`, milliseconds per picture. */
function side({ model, copies, target }: Network, method: AttributionMethod, clock?: Clock): () => Promise<number> {
  const x = copies(batch);
  return async () => {
    const milliseconds = await timed(async () => {
      const why = await attribute(model, x, { method, target, batchSize: batch });
      await why.values.data();
      why.dispose();
    }, clock);
    return milliseconds / batch;
  };
}
