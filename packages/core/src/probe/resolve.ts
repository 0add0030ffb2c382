import { tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { rowMap } from '../rows';
import { checkLayer, type ResolvedSite, type Site } from '../site';
import type { Tensors } from '../tape/node';
import { pass } from './pass';
import type { Session } from './session';

/**
 * Settles which call of which layer each site is, where layers may be called several times by one pass over the first
 * example.
 * @throws AttributionError `site`, with the closest names
 */
export async function resolveSites(session: Session, sites: readonly Site[], inputs: Tensors): Promise<ResolvedSite[]> {
  const { model } = session;
  if (sites.length === 0) return [];
  if (model.kind !== 'function') for (const site of sites) checkLayer(site, model.layers);
  // A node runs once; there is nothing to find out.
  if (model.kind === 'graph') return sites.map((site) => settled(site, 1));
  const first = rowMap(0, 1, 1, undefined, model.rows);
  const rows = tidy(() => inputs.map((tensor) => first.take(tensor)));
  const read = sites.map(({ layer, side }): ResolvedSite => ({ layer, side, call: 0 }));
  const calls = new Map<string, number>();
  try {
    const seen = await pass(session, { inputs: rows, rows: first, asks: [{ read, grad: [], notes: session.notes }] });
    for (const { layer } of sites) calls.set(layer, seen.calls(layer));
    seen.dispose();
  } finally {
    for (const tensor of rows) tensor.dispose();
  }
  if (model.kind === 'function') for (const site of sites) checkLayer(site, model.layers);
  return sites.map((site) => settled(site, calls.get(site.layer) ?? 0));
}

export async function resolveSite(session: Session, site: Site, inputs: Tensors): Promise<ResolvedSite> {
  const [resolved] = await resolveSites(session, [site], inputs);
  return resolved as ResolvedSite; // one for one
}

function settled({ layer, side, call = -1 }: Site, calls: number): ResolvedSite {
  const wanted = call === -1 ? calls - 1 : call;
  if (Number.isInteger(wanted) && wanted >= 0 && wanted < calls) return { layer, side, call: wanted };
  throw new AttributionError('site', {
    got: calls === 0 ? `layer "${layer}", which the model does not call` : `call ${call} of layer "${layer}"`,
    expected:
      calls === 0 ? 'a layer on the way to the output' : `a whole number below ${calls}, the times it is called`,
    fix: 'Leave `call` out for the last one.',
  });
}
