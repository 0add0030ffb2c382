import { distance } from 'fastest-levenshtein';

/**
 * The names most like one that is not among them, at most three, the closest first; ones that have it as a part come before. None
 * of which more than a third would have to change, or two letters of a short one: that would be no help.
 */
export function closest(name: string, names: readonly string[]): readonly string[] {
  const asked = name.trim().toLowerCase();
  if (asked === '') return [];
  const far = (other: string) => {
    const lower = other.toLowerCase();
    return lower.includes(asked) ? 0 : distance(lower, asked);
  };
  return names
    .filter((other) => far(other) <= Math.max(Math.min(2, asked.length - 1), asked.length / 3))
    .sort((a, b) => far(a) - far(b))
    .slice(0, 3);
}

/** What to do about a name that is not there: the closest, or else what is said if none is close. */
export function didYouMean(name: string, names: readonly string[], otherwise: string): string {
  const found = closest(name, names);
  return found.length > 0 ? `Did you mean ${found.join(', ')}?` : otherwise;
}
