import type { Catalogue } from './card';
import type { Answer, How, Look } from './question';
import { begin, type Display, type File, keyOf, most, type Outcome, type Panel, type State, wantsOf } from './state';
import { tell, titleOf } from './words';

/** Everything that can happen to the page: what a person does, and what comes from the worker. */
export type Event =
  | { readonly kind: 'offered'; readonly file: File }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'saved' }
  | { readonly kind: 'unsaved'; readonly message: string }
  | { readonly kind: 'target'; readonly target: number }
  | { readonly kind: 'method'; readonly panel: number; readonly method: string }
  | { readonly kind: 'how'; readonly panel: number; readonly change: Partial<How> }
  | { readonly kind: 'place'; readonly panel: number; readonly place: string | undefined }
  | { readonly kind: 'fold'; readonly panel: number; readonly open: boolean }
  | { readonly kind: 'added' }
  | { readonly kind: 'removed'; readonly panel: number }
  | { readonly kind: 'display'; readonly change: Partial<Display> }
  | { readonly kind: 'stopped'; readonly key: string }
  | { readonly kind: 'again'; readonly key: string }
  | { readonly kind: 'opened'; readonly catalogue: Catalogue }
  | { readonly kind: 'looked'; readonly file: File; readonly look: Look }
  | { readonly kind: 'progress'; readonly key: string; readonly done: number; readonly total: number }
  | { readonly kind: 'answered'; readonly key: string; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly key: string; readonly message: string };

/** How many answers are kept beside those that are shown, so that going back is quick and memory stays bounded. */
const kept = 8;

/** The page after an event. */
export function update(state: State, event: Event): State {
  switch (event.kind) {
    case 'offered':
      return { ...without(state, 'problem'), offered: event.file, said: `Looking at ${event.file.name}.` };
    case 'refused':
      return { ...without(state, 'offered'), problem: event.message };
    case 'saved':
      return without(state, 'unsaved');
    case 'unsaved':
      return { ...state, unsaved: event.message };
    case 'target':
      return { ...state, target: event.target };
    case 'method': {
      const card = state.catalogue?.methods.find(({ name }) => name === event.method);
      return inPanel(state, event.panel, (panel) => ({ ...panel, how: begin(event.method, card, panel.how) }));
    }
    case 'how':
      return inPanel(state, event.panel, (panel) => ({ ...panel, how: { ...panel.how, ...event.change } }));
    case 'place':
      return inPanel(state, event.panel, (panel) => {
        const { place: _, ...how } = panel.how;
        return { ...panel, how: event.place === undefined ? how : { ...how, place: event.place } };
      });
    case 'fold':
      return inPanel(state, event.panel, (panel) => ({ ...panel, open: event.open }));
    case 'added':
      return state.panels.length < most ? { ...state, panels: [...state.panels, another(state)] } : state;
    case 'removed':
      return trimmed({ ...state, panels: state.panels.filter(({ id }) => id !== event.panel) });
    case 'display':
      return { ...state, display: { ...state.display, ...event.change } };
    case 'stopped':
      return { ...settle(state, event.key, { kind: 'stopped' }), said: 'Cancelled.' };
    case 'again':
      return forget(state, [event.key]);
    case 'opened':
      return { ...state, catalogue: event.catalogue };
    case 'looked': {
      const { file, look } = event;
      const photo = { ...look, id: file.id, name: file.name };
      const panels = state.panels.map(({ shown: _, ...panel }) => panel);
      const [best] = look.predictions;
      return {
        ...without(without(without(state, 'offered'), 'target'), 'problem'),
        photo,
        panels,
        outcomes: {},
        said: best ? `The network sees: ${best.label}.` : '',
      };
    }
    case 'progress':
      return settle(state, event.key, { kind: 'running', done: event.done, total: event.total });
    case 'answered': {
      const { key, answer } = event;
      const next = settle(state, key, { kind: 'answered', answer });
      const panels = next.panels.map((panel) => (keyOf(next, panel.how) === key ? { ...panel, shown: key } : panel));
      return trimmed({
        ...next,
        panels,
        said: `${titleOf(answer.how.method, state.catalogue)}: ${tell(answer, state.catalogue)}`,
      });
    }
    case 'failed':
      return { ...settle(state, event.key, { kind: 'failed', message: event.message }), said: event.message };
  }
}

const settle = (state: State, key: string, outcome: Outcome): State => ({
  ...state,
  outcomes: { ...state.outcomes, [key]: outcome },
});

const inPanel = (state: State, id: number, change: (panel: Panel) => Panel): State => ({
  ...state,
  panels: state.panels.map((panel) => (panel.id === id ? change(panel) : panel)),
});

/** A method that is not there yet, the quick ones first. */
function another({ panels, catalogue }: State): Panel {
  const order = ['gradCam', 'integratedGradients', 'guidedGradCam', 'deepLift', 'occlusion', 'saliency'];
  const used = new Set(panels.map(({ how }) => how.method));
  const method = order.find((name) => !used.has(name)) ?? 'gradCam';
  const card = catalogue?.methods.find(({ name }) => name === method);
  return { id: Math.max(0, ...panels.map(({ id }) => id)) + 1, how: begin(method, card), open: false };
}

/** Without the oldest answers that nothing shows. */
function trimmed(state: State): State {
  const needed = new Set([...wantsOf(state).map(({ key }) => key), ...state.panels.map(({ shown }) => shown)]);
  const spare = Object.keys(state.outcomes).filter((key) => !needed.has(key));
  return forget(state, spare.slice(0, Math.max(0, spare.length - kept)));
}

function forget(state: State, keys: readonly string[]): State {
  if (keys.length === 0) return state;
  const outcomes = Object.fromEntries(Object.entries(state.outcomes).filter(([key]) => !keys.includes(key)));
  return { ...state, outcomes };
}

function without<Key extends 'problem' | 'unsaved' | 'offered' | 'target'>(state: State, key: Key): State {
  const { [key]: _, ...rest } = state;
  return rest as State; // the keys that can go are optional
}
