import { tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { rowMap } from '../rows';
import { checkLayer, type ResolvedSite, type Site } from '../site';
import type { Tensors } from '../tape/node';
import { pass } from './pass';
import type { Session } from './session';

/**
 * Settles which call of which layer a site is, by one pass over the first example.
 * @throws AttributionError `site`, with the closest names
 */
export async function resolveSite(session: Session, site: Site, inputs: Tensors): Promise<ResolvedSite> {
  const { model } = session;
  if (model.kind !== 'function') checkLayer(site, model.layers);
  const first = rowMap(0, 1, 1);
  const rows = tidy(() => inputs.map((tensor) => first.take(tensor)));
  const at: ResolvedSite = { layer: site.layer, side: site.side, call: 0 };
  let calls = 0;
  try {
    const seen = await pass(session, { inputs: rows, rows: first, read: [at], grad: [] });
    calls = seen.calls(site.layer);
    seen.dispose();
  } finally {
    for (const tensor of rows) tensor.dispose();
  }
  if (model.kind === 'function') checkLayer(site, model.layers);
  const call = site.call ?? calls - 1;
  if (Number.isInteger(call) && call >= 0 && call < calls) return { ...at, call };
  throw new AttributionError('site', {
    got: calls === 0 ? `layer "${site.layer}", which the model does not call` : `call ${call} of layer "${site.layer}"`,
    expected:
      calls === 0 ? 'a layer on the way to the output' : `a whole number below ${calls}, the times it is called`,
    fix: 'Leave `call` out for the last one.',
  });
}
