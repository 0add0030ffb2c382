import type { Tensor } from '@tensorflow/tfjs-core';
import { AttributionError } from './errors';
import type { LayerInfo } from './model/model';

/** A place in a model, by name. Made by `layer()`. */
export interface Site {
  readonly layer: string;
  readonly side: 'output' | 'input';
  /** Which call of a layer that is used more than once, from 0. Left out = the last. */
  readonly call?: number;
  /** Values come as an array, however many tensors there are. Left out = only if there are several. */
  readonly several?: boolean;
}

/**
 * What values at a site are. Only the model knows how many tensors a layer gives or takes, and the compiler does not know the
 * model: so where `several` is not said, one is taken for granted of what a layer gives, as it is of almost all, and nothing
 * of what it takes.
 */
export type ValuesAt<S extends Site> = S extends { readonly several: true }
  ? Tensor[]
  : S extends { readonly side: 'output' }
    ? Tensor
    : Tensor | Tensor[];

export interface LayerOptions {
  /** What comes out of the layer or what goes in. @defaultValue 'output' */
  readonly side?: 'output' | 'input';
  /** Which call of a layer that is used more than once, from 0. @defaultValue the last */
  readonly call?: number;
  /**
   * Whether values come as an array, even if it is of one tensor. An array comes anyway where there are several: what goes into
   * a layer that adds, what comes out of an LSTM that returns its states; this says so to the compiler.
   * @defaultValue false
   */
  readonly several?: boolean;
}

/** A site whose layer is known to exist and whose call is settled. */
export interface ResolvedSite {
  readonly layer: string;
  readonly side: 'output' | 'input';
  readonly call: number;
}

/** Where values are looked at or replaced: the model's inputs, or inside. */
export type Where = 'inputs' | ResolvedSite;

/**
 * A layer of a LayersModel (`outer/inner` in a nested one), a node of a GraphModel, or a `tap` of a function.
 * `model.layers` of a prepared model lists the names.
 */
export function layer(
  name: string,
  options: LayerOptions & { readonly several: true },
): Site & { readonly several: true };
export function layer(
  name: string,
  options?: LayerOptions & { readonly side?: 'output'; readonly several?: false },
): Site & { readonly side: 'output' };
export function layer(name: string, options?: LayerOptions): Site;
export function layer(name: string, { side = 'output', call, several }: LayerOptions = {}): Site {
  return { layer: name, side, ...(call !== undefined && { call }), ...(several !== undefined && { several }) };
}

/** The same text for the same place. */
export const siteKey = ({ layer, side, call }: ResolvedSite): string => `${layer}\n${side}\n${call}`;

/** Checks that `layers` has the layer that `site` names. @throws AttributionError `site`, with the closest names. */
export function checkLayer(site: Site, layers: readonly LayerInfo[]): void {
  if (layers.some(({ name }) => name === site.layer)) return;
  const nearest = [...layers].sort((a, b) => distance(a.name, site.layer) - distance(b.name, site.layer));
  const close = nearest.slice(0, 3).map(({ name }) => `"${name}"`);
  // Converters give what they fuse the name of its last operation, mostly in the scope of all.
  const scope = site.layer.slice(0, site.layer.lastIndexOf('/') + 1);
  const [fused] = nearest.filter(({ name, kind }) => scope && /fused/i.test(kind) && name.startsWith(scope));
  throw new AttributionError('site', {
    got: `layer "${site.layer}"`,
    expected: layers.length ? `one of the model's ${layers.length} layers` : 'a layer, but the model names none',
    fix: close.length
      ? `${fused ? `"${fused.name}" (${fused.kind}) may hold it: of what is fused only the result has a name. ` : ''}Did you mean ${close.join(', ')}? (await prepare(model)).layers lists them all.`
      : 'In a function model, name places with tap(name, tensor).',
  });
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
