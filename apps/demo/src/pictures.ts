import {
  type AttributionMap,
  blendedHeatMap,
  type Drawing,
  heatMap,
  normalize,
  type Picture,
  type Sign,
} from '@vitrum/visualization';
import { colours } from './colours';
import type { Answer } from './question';
import { smooth } from './smooth';
import { type Display, keyOf, type State } from './state';

/** The answers that the panels show, one for each: the one that is wanted, or the last there was. */
export const shownOf = (state: State): (Answer | undefined)[] =>
  state.panels.map(({ how, shown }) => {
    const [wanted, last] = [keyOf(state, how), shown ?? ''].map((key) => state.outcomes[key]);
    const outcome = wanted?.kind === 'answered' ? wanted : last;
    return outcome?.kind === 'answered' ? outcome.answer : undefined;
  });

/** The answers to what the panels ask now. */
export const answersOf = (state: State): Answer[] =>
  state.panels.flatMap(({ how }) => {
    const outcome = state.outcomes[keyOf(state, how)];
    return outcome?.kind === 'answered' ? [outcome.answer] : [];
  });

/** The attribution that full colour stands for: of this map, by its sign, or of the strongest of all. */
export function limitOf(answer: Answer, all: readonly Answer[], display: Display): number {
  const together = display.scale === 'all' ? all : [answer];
  return Math.max(...together.map((one) => ownLimit(one, display)));
}

/** The size that a map alone is drawn at full strength at, as Captum finds it. It sorts all pixels: once for each look. */
export const ownLimit: (answer: Answer, display: Display) => number = remembered(
  ({ sign, smoothing }) => `${sign} ${smoothing}`,
  (answer, display) => normalize(mapOf(answer, display), { sign: display.sign }).limit,
);

const mapOf: (answer: Answer, display: Display) => AttributionMap = remembered(
  ({ smoothing }) => String(smoothing),
  ({ map }, { smoothing }) => (smoothing > 0 ? smooth(map, smoothing) : map),
);

/** What `make` gives, made again only when the key is another. */
function remembered<T>(
  keyOf: (display: Display) => string,
  make: (answer: Answer, display: Display) => T,
): (answer: Answer, display: Display) => T {
  const last = new WeakMap<Answer, { readonly key: string; readonly made: T }>();
  return (answer, display) => {
    const key = keyOf(display);
    const known = last.get(answer);
    if (known?.key === key) return known.made;
    const made = make(answer, display);
    last.set(answer, { key, made });
    return made;
  };
}

/** The last drawing of each map, so that what is drawn already is not drawn again. */
const drawings = new WeakMap<Answer, { readonly as: string; readonly drawing: Drawing }>();

/** A map over its photograph. */
export function draw(answer: Answer, photograph: Picture, display: Display, limit: number): Drawing {
  const as = JSON.stringify([display, limit]);
  const before = drawings.get(answer);
  if (before?.as === as) return before.drawing;
  const { sign, opacity } = display;
  const map = colours[display.colours].of(sign);
  const drawing = blendedHeatMap(mapOf(answer, display), photograph, {
    sign,
    limit: () => limit,
    // The photograph stays clear where nothing counts.
    opacity: (strength) => opacity * strength ** 0.7,
    ...(map && { colours: map }),
  });
  drawings.set(answer, { as, drawing });
  return drawing;
}

/** The colours from the lowest to the highest number, as a picture of one row. */
export function colourBar(display: Display): Picture {
  const width = 256;
  const { sign } = display;
  const ends: Record<Sign, readonly [number, number]> = {
    all: [-1, 1],
    positive: [0, 1],
    negative: [-1, 0],
    absolute: [0, 1],
  };
  const [low, high] = ends[sign];
  const values = Float32Array.from({ length: width }, (_, x) => low + ((high - low) * x) / (width - 1));
  const map = colours[display.colours].of(sign);
  return heatMap({ width, height: 1, values }, { sign, limit: () => 1, ...(map && { colours: map }) }).picture;
}
