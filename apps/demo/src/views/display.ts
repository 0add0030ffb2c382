import type { Picture, Sign } from '@vitrum/visualization';
import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { type ColourName, colours } from '../colours';
import { colourBar } from '../pictures';
import type { Display, State } from '../state';
import type { Event } from '../update';

const signs: Readonly<Record<Sign, string>> = {
  all: 'Both',
  positive: 'For',
  negative: 'Against',
  absolute: 'Either way',
};

type Choices = readonly (readonly [value: string, title: string])[];

/** Standard deviations in pixels. */
const details: Choices = [
  ['0', 'every pixel'],
  ['2', 'smoothed'],
  ['6', 'broad'],
];

const scales: Choices = [
  ['each', 'each map’s strongest'],
  ['all', 'one number for all'],
];

const ends: Readonly<Record<Sign, readonly [string, string]>> = {
  all: ['against', 'for'],
  positive: ['nothing', 'for'],
  negative: ['against', 'nothing'],
  absolute: ['nothing', 'for or against'],
};

/** How all maps are drawn, with the one scale of their colours. */
export function display({ display }: State, dispatch: (event: Event) => void): TemplateResult {
  const { sign, opacity, scale, smoothing, colours: chosen } = display;
  const set = (change: Partial<Display>) => dispatch({ kind: 'display', change });
  return html`
    <section class="display" aria-label="How the maps are drawn">
      <fieldset class="signs">
        <legend>What speaks</legend>
        ${Object.entries(signs).map(
          ([value, title]) => html`<label
            ><input
              type="radio"
              name="sign"
              value=${value}
              .checked=${live(value === sign)}
              @change=${() => set({ sign: value as Sign })}
            /><span>${title}</span></label
          >`,
        )}
      </fieldset>
      <div class="stacked">
        <label for="opacity">Opacity</label>
        <input
          id="opacity"
          type="range"
          min="0"
          max="100"
          .value=${String(Math.round(opacity * 100))}
          aria-valuetext="${Math.round(opacity * 100)} %"
          @input=${({ target }: { target: HTMLInputElement }) => set({ opacity: Number(target.value) / 100 })}
        />
      </div>
      ${choice(
        'colours',
        'Colours',
        Object.entries(colours).map(([name, { title }]) => [name, title]),
        chosen,
        (name) => set({ colours: name as ColourName }), // one of the keys of colours
      )}
      ${choice('detail', 'Detail', details, String(smoothing), (sigma) => set({ smoothing: Number(sigma) }))}
      ${choice('scale', 'Full colour is', scales, scale, (value) => set({ scale: value === 'all' ? 'all' : 'each' }))}
    </section>
  `;
}

const choice = (
  id: string,
  label: string,
  choices: Choices,
  chosen: string,
  set: (value: string) => void,
): TemplateResult => html`
  <div class="stacked">
    <label for=${id}>${label}</label>
    <select id=${id} @change=${({ target }: { target: HTMLSelectElement }) => set(target.value)}>
      ${choices.map(([value, title]) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`)}
    </select>
  </div>
`;

const bars = new Map<string, Picture>();

/** The one scale of all maps: their colours, and what its ends mean. Painted once for each look. */
export function bar(display: Display): TemplateResult {
  const [low, high] = ends[display.sign];
  const key = `${display.colours} ${display.sign}`;
  const picture = bars.get(key) ?? colourBar(display);
  bars.set(key, picture);
  return html`<div class="bar">
    <span>${low}</span>
    <picture-canvas role="img" aria-label="Colours from ${low} to ${high}" .picture=${picture}></picture-canvas>
    <span>${high}</span>
  </div>`;
}
