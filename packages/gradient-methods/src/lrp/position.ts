import type { Place } from '@vitrum/core';
import { kindOf, weighs } from './kinds';

/** Where an operation stands among those with weights, and whether it is the model's last word. */
export interface Trail {
  /** Called for every operation, last first. */
  visit(place: Place): void;
  /** No weights between the inputs and it. */
  isFirst(place: Place): boolean;
  /** None between it and the target. */
  isLast(place: Place): boolean;
  /** Only choosing, adding, scaling and other elementwise steps lie between it and the score. */
  isOutward(place: Place): boolean;
}

export function followed(): Trail {
  const behindWeights = new WeakSet<Place>();
  const outward = new WeakSet<Place>();
  const first = new WeakMap<Place, boolean>();
  return {
    visit(place) {
      // Nobody takes the score itself.
      if (place.uses === 0) outward.add(place);
      const reads = outward.has(place) && isReading(place);
      for (const source of place.from) {
        if (!source) continue;
        if (weighs(place) || behindWeights.has(place)) behindWeights.add(source.place);
        if (reads) outward.add(source.place);
      }
    },
    isFirst(place) {
      const known = first.get(place) ?? !weightsBehind(place);
      first.set(place, known);
      return known;
    },
    isLast: (place) => !behindWeights.has(place),
    isOutward: (place) => outward.has(place),
  };
}

function isReading({ kernel, from }: Place): boolean {
  const kind = kindOf(kernel);
  return kind === 'copy' || kind === 'sum' || kind === 'activation' || (kind === 'product' && !from.every(Boolean));
}

function weightsBehind(place: Place): boolean {
  const seen = new Set<Place>();
  const open = [place];
  for (let here = open.pop(); here; here = open.pop()) {
    for (const source of here.from) {
      if (!source || seen.has(source.place)) continue;
      if (weighs(source.place)) return true;
      seen.add(source.place);
      open.push(source.place);
    }
  }
  return false;
}
