import type { Tensor } from '@tensorflow/tfjs-core';
import type { Where } from '../site';
import type { Tensors } from '../tape/node';
import { activations } from './evaluate';
import type { ProbeParts } from './probe';

/** Inputs and baseline as seen at a site, looked at once for all that ask. Owns what it saw. */
export interface Sight {
  readonly site: Where;
  x(): Promise<Tensors>;
  reference(): Promise<Tensors>;
  /** What it has given so far. */
  lent(): Tensors;
  dispose(): void;
}

export type SightParts = Omit<ProbeParts, 'sight'>;

/** @param site where to look, with the parts of the probe that looks */
export function sightAt(site: Where, parts: SightParts): Sight {
  const owned: Tensor[] = [];
  let x: Promise<Tensors> | undefined;
  let reference: Promise<Tensors> | undefined;
  const seen = async (from: Tensors): Promise<Tensors> => {
    if (site === 'inputs') return from;
    const values = await activations(parts, site, from);
    owned.push(...values);
    return values;
  };
  const baseline = async (): Promise<Tensors> => {
    if (parts.siteBaseline) return parts.siteBaseline;
    if (parts.baseline) return seen(parts.baseline);
    throw new Error("a method that reads the baseline must declare uses: ['baseline']");
  };
  return {
    site,
    x: () => (x ??= seen(parts.inputs)),
    reference: () => (reference ??= baseline()),
    lent: () => owned,
    dispose() {
      for (const tensor of owned) tensor.dispose();
    },
  };
}
