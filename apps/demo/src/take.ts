import type { Sample } from './samples';
import type { Event } from './update';

/** What a person can do to have a photograph explained. */
export interface Take {
  /** Takes a file that somebody gave. */
  give(file: globalThis.File): void;
  /** Fetches a sample. It counts only if nothing else was asked for meanwhile. */
  take(sample: Sample): Promise<void>;
}

/** Offers the state what was asked for last, whatever comes last. */
export function taker(dispatch: (event: Event) => void): Take {
  let asked = 0;
  const offer = (id: number, name: string, blob: Blob) => dispatch({ kind: 'offered', file: { id, name, blob } });
  return {
    give: (file) => offer(++asked, file.name, file),
    async take({ file, name }) {
      const id = ++asked;
      try {
        const response = await fetch(file);
        if (!response.ok) throw new Error(`status ${response.status}`);
        const blob = await response.blob();
        if (id === asked) offer(id, name, blob);
      } catch (error) {
        if (id === asked)
          dispatch({ kind: 'refused', message: `Got no file for “${name}” (${error}); reload the page.` });
      }
    },
  };
}
