import { distance } from 'fastest-levenshtein';

/** The names most like one that is not among them, at most three, the closest first; ones that have it as a part come before. */
export function closest(name: string, names: readonly string[]): readonly string[] {
  const asked = name.toLowerCase();
  const far = (other: string) => {
    const lower = other.toLowerCase();
    return asked !== '' && lower.includes(asked) ? 0 : distance(lower, asked);
  };
  return [...names].sort((a, b) => far(a) - far(b)).slice(0, 3);
}

/** What to do about a name that is not there. */
export const didYouMean = (name: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `Did you mean ${closest(name, names).join(', ')}?`;
