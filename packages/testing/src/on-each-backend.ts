import { describe } from 'vitest';
import { backendNames, leftOut } from './backends-here';

/** `describe` on each backend, `%s` in the sentence; where a backend is left out the suite is skipped and says why. */
export function onEachBackend(
  sentence: string,
  suite: (backend: string) => void,
  backends: readonly string[] = backendNames,
): void {
  for (const backend of backends) {
    const reason = leftOut(backend);
    const title = sentence.replace('%s', reason === undefined ? backend : `${backend} (${reason})`);
    describe.skipIf(reason !== undefined)(title, () => suite(backend));
  }
}
