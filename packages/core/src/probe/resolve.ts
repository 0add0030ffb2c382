import { tidy, util } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { placesOf } from '../model/model';
import { rowMap } from '../rows';
import { checkLayer, type ResolvedSite, type Site, siteKey, type Where } from '../site';
import type { Tensors } from '../tape/node';
import { pass, type Seen } from './pass';
import type { Session } from './session';

/**
 * Settles which call of which layer each site is, where layers may be called several times by one pass over the first
 * example.
 * @throws AttributionError `site`, with the closest names
 */
export async function resolveSites(session: Session, sites: readonly Site[], inputs: Tensors): Promise<ResolvedSite[]> {
  const { model } = session;
  if (sites.length === 0) return [];
  if (model.kind !== 'function') for (const site of sites) checkLayer(site, placesOf(model));
  // A node runs once; there is nothing to find out.
  if (model.kind === 'graph') return sites.map((site) => settled(site, 1));
  const read = sites.map(({ layer, side }): ResolvedSite => ({ layer, side, call: 0 }));
  const seen = await firstRow(session, inputs, read);
  const calls = new Map(sites.map(({ layer }) => [layer, seen.calls(layer)]));
  seen.dispose();
  if (model.kind === 'function') for (const site of sites) checkLayer(site, placesOf(model));
  return sites.map((site) => settled(site, calls.get(site.layer) ?? 0));
}

export async function resolveSite(session: Session, site: Site, inputs: Tensors): Promise<ResolvedSite> {
  const [resolved] = await resolveSites(session, [site], inputs);
  return resolved as ResolvedSite; // one for one
}

/** Bytes of a row of float32 at each of these places, which a pass over the first example tells of sites never seen so far. */
export async function rowBytes(session: Session, places: readonly Where[], inputs: Tensors): Promise<number[]> {
  const { shapes } = session;
  const unseen = places.filter((where) => where !== 'inputs').filter((site) => !shapes.has(siteKey(site)));
  if (unseen.length > 0) (await firstRow(session, inputs, unseen)).dispose();
  const ofInputs = inputs.map(({ shape }) => shape.slice(1));
  return places.map((where) =>
    ((where === 'inputs' ? ofInputs : shapes.get(siteKey(where))) ?? []).reduce(
      (sum, shape) => sum + 4 * util.sizeFromShape([...shape]),
      0,
    ),
  );
}

/** What a pass over the first example sees at these sites. */
async function firstRow(session: Session, inputs: Tensors, read: readonly ResolvedSite[]): Promise<Seen> {
  const first = rowMap(0, 1, 1, undefined, session.model.rows);
  const rows = tidy(() => inputs.map((tensor) => first.take(tensor)));
  try {
    return await pass(session, { inputs: rows, rows: first, asks: [{ read, grad: [], notes: session.notes }] });
  } finally {
    for (const tensor of rows) tensor.dispose();
  }
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
