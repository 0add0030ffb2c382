import type { Sign } from '@vitrum/visualization';
import { beginnings, type Catalogue, firstPlace, type MethodCard } from './card';
import type { ColourName } from './colours';
import type { Answer, How, Look } from './question';

/** A picture file that somebody gave. */
export interface File {
  readonly id: number;
  readonly name: string;
  readonly blob: Blob;
}

/** How a map is drawn; changes nothing in what is computed. */
export interface Display {
  /** 0 to 1: how much the colours cover the photograph where they are strongest. */
  readonly opacity: number;
  readonly sign: Sign;
  readonly colours: ColourName;
  /** Standard deviation of the Gaussian that a map is smoothed by for the eye, in pixels; 0 shows every pixel. */
  readonly smoothing: number;
  /** What full colour stands for: the strongest of each map, or one number in all. */
  readonly scale: 'each' | 'all';
}

/** One map of the page. */
export interface Panel {
  readonly id: number;
  readonly how: How;
  /** Key of the last answer it had, which it shows until the next is there. */
  readonly shown?: string;
  /** Whether its settings are unfolded. */
  readonly open: boolean;
}

/** What became of a want. There is none while it waits. */
export type Outcome =
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'stopped' };

/** The whole page, as one plain object. */
export interface State {
  readonly catalogue?: Catalogue;
  /** What is explained. */
  readonly photo?: Look & { readonly id: number; readonly name: string };
  /** A file that has not been looked at yet; it becomes the photo, or a problem. */
  readonly offered?: File;
  /** What is wrong with what was given. */
  readonly problem?: string;
  /** Why the last file could not be saved. */
  readonly unsaved?: string;
  /** The class that is explained; the likeliest if absent. */
  readonly target?: number;
  readonly panels: readonly Panel[];
  readonly display: Display;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** What a screen reader is told. */
  readonly said: string;
}

export const most = 4;

/** Something the state wants from the worker. `key` says all that the answer depends on. */
export type Want =
  | { readonly kind: 'open'; readonly key: 'open' }
  | { readonly kind: 'look'; readonly key: string; readonly file: File }
  | {
      readonly kind: 'explain';
      readonly key: string;
      readonly photograph: Look['photograph'];
      readonly target: number;
      readonly how: How;
    };

/** Everything the page wants to know and in which order: what is worked on, and cancelled, follows from it. */
export function wantsOf(state: State): Want[] {
  if (!state.catalogue) return [{ kind: 'open', key: 'open' }];
  const { photo, offered } = state;
  // What is given comes first, and ends the work on what may be no longer of interest.
  if (offered) return [{ kind: 'look', key: `look ${offered.id}`, file: offered }];
  const target = targetOf(state);
  if (!photo || target === undefined) return [];
  const { photograph } = photo;
  return state.panels.map(({ how }) => ({ kind: 'explain', key: keyOf(state, how), photograph, target, how }));
}

/** The class that is explained. */
export const targetOf = ({ target, photo }: State): number | undefined => target ?? photo?.predictions[0]?.index;

/** Names an answer by all it depends on. */
export const keyOf = (state: State, how: How): string => JSON.stringify([state.photo?.id, targetOf(state), how]);

/** A method as it is first asked. */
export function begin(method: string, card: MethodCard | undefined, before?: How): How {
  const place = card?.where === 'layers' ? (before?.place ?? firstPlace) : undefined;
  return {
    method,
    options: beginnings[method] ?? {},
    ...(place !== undefined && { place }),
    ground: before?.ground ?? 'grey',
  };
}

/** The page before anything is known: a quick map first, then one that takes a while. */
export const initial: State = {
  panels: [
    { id: 1, how: { method: 'gradCam', options: {}, place: firstPlace, ground: 'grey' }, open: false },
    { id: 2, how: { method: 'integratedGradients', options: {}, ground: 'grey' }, open: false },
  ],
  display: { opacity: 0.8, sign: 'all', colours: 'red-blue', smoothing: 2, scale: 'each' },
  outcomes: {},
  said: '',
};
