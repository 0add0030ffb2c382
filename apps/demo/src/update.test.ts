import { expect, test } from 'vitest';
import type { Catalogue } from './card';
import type { Answer } from './question';
import { initial, keyOf, type State, wantsOf } from './state';
import { type Event, update } from './update';

const catalogue: Catalogue = { methods: [], places: [] };
const file = { id: 0, name: 'cat.png', blob: new Blob() };
const look = {
  photograph: { width: 1, height: 1, data: new Uint8ClampedArray(4) },
  predictions: [
    { index: 282, label: 'tiger cat', probability: 0.4, score: 9 },
    { index: 285, label: 'Egyptian cat', probability: 0.3, score: 8 },
  ],
};
const after = (events: readonly Event[], state: State = initial): State => events.reduce(update, state);
const opened: Event[] = [
  { kind: 'opened', catalogue },
  { kind: 'offered', file },
];
const looked = after([...opened, { kind: 'looked', file, look }]);
const answerTo = (state: State, panel = 0): Event => {
  const { how } = state.panels[panel]!;
  const answer = { how, target: 282 } as Answer; // nothing else of it is read here
  return { kind: 'answered', key: keyOf(state, how), answer };
};

test('wants the network first, then a look at what is given, then a map for each panel', () => {
  expect(wantsOf(initial).map(({ kind }) => kind)).toEqual(['open']);
  expect(wantsOf(after(opened)).map(({ kind }) => kind)).toEqual(['look']);
  expect(wantsOf(looked).map(({ kind }) => kind)).toEqual(['explain', 'explain']);
  // Another file ends the work on the first.
  expect(wantsOf(after([{ kind: 'offered', file }], looked)).map(({ kind }) => kind)).toEqual(['look']);
});

test('another class asks everything anew, and the first class again asks for what is answered already', () => {
  const [before] = wantsOf(looked);
  const answered = after([answerTo(looked), { kind: 'target', target: 285 }], looked);
  expect(wantsOf(answered)[0]?.key).not.toBe(before?.key);
  const back = after([{ kind: 'target', target: 282 }], answered);
  expect(wantsOf(back)[0]?.key).toBe(before?.key);
  expect(back.outcomes[before!.key]?.kind).toBe('answered');
});

test('a file that cannot be used leaves the photograph and its maps as they are, and says why', () => {
  const before = after([answerTo(looked)], looked);
  const refused = after(
    [
      { kind: 'offered', file: { ...file, id: 1 } },
      { kind: 'refused', message: 'no picture' },
    ],
    before,
  );
  expect(refused.photo).toBe(before.photo);
  expect(refused.outcomes).toBe(before.outcomes);
  expect(refused.problem).toBe('no picture');
  expect(after([{ kind: 'offered', file }], refused).problem).toBeUndefined();
});

test('keeps at most eight answers beside those that are shown, the latest', () => {
  let state = looked;
  for (let target = 0; target < 20; target++) {
    state = after([{ kind: 'target', target }], state);
    state = after([answerTo(state)], state);
  }
  expect(Object.keys(state.outcomes)).toHaveLength(1 + 8);
  const back = after([{ kind: 'target', target: 12 }], state);
  expect(back.outcomes[wantsOf(back)[0]!.key]?.kind).toBe('answered');
});

test('shows the last map until the next is there', () => {
  const answered = after([answerTo(looked)], looked);
  const shown = answered.panels[0]?.shown;
  expect(shown).toBeDefined();
  expect(after([{ kind: 'target', target: 285 }], answered).panels[0]?.shown).toBe(shown);
});

test('has four maps at most, and leaves what is cancelled alone until it is asked for again', () => {
  const full = after(
    Array.from({ length: 9 }, (): Event => ({ kind: 'added' })),
    looked,
  );
  expect(full.panels).toHaveLength(4);
  expect(new Set(full.panels.map(({ id }) => id)).size).toBe(4);
  const { key } = wantsOf(full)[0]!;
  const stopped = after([{ kind: 'stopped', key }], full);
  expect(stopped.outcomes[key]?.kind).toBe('stopped');
  expect(after([{ kind: 'again', key }], stopped).outcomes[key]).toBeUndefined();
});

test('a file that could not be saved is told until one is', () => {
  const failed = after([{ kind: 'unsaved', message: 'Nothing was saved.' }], looked);
  expect(failed.unsaved).toBe('Nothing was saved.');
  expect(failed.photo).toBe(looked.photo);
  expect(after([{ kind: 'saved' }], failed)).toEqual(looked);
});
