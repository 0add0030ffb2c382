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

const details: readonly (readonly [smoothing: number, title: string])[] = [
  [0, 'every pixel'],
  [2, 'smoothed'],
  [6, 'broad'],
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
      <label class="stacked"
        >Opacity
        <input
          type="range"
          min="0"
          max="100"
          .value=${live(String(Math.round(opacity * 100)))}
          aria-valuetext="${Math.round(opacity * 100)} %"
          @input=${({ target }: { target: HTMLInputElement }) => set({ opacity: Number(target.value) / 100 })}
        />
      </label>
      <label class="stacked"
        >Colours
        <select @change=${({ target }: { target: HTMLSelectElement }) => set({ colours: target.value as ColourName })}>
          ${Object.entries(colours).map(
            ([value, { title }]) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`,
          )}
        </select>
      </label>
      <label class="stacked"
        >Detail
        <select @change=${({ target }: { target: HTMLSelectElement }) => set({ smoothing: Number(target.value) })}>
          ${details.map(
            ([value, title]) => html`<option value=${value} .selected=${value === smoothing}>${title}</option>`,
          )}
        </select>
      </label>
      <label class="stacked"
        >Full colour is
        <select @change=${({ target }: { target: HTMLSelectElement }) => set({ scale: target.value === 'all' ? 'all' : 'each' })}>
          <option value="each" .selected=${scale === 'each'}>each map’s strongest</option>
          <option value="all" .selected=${scale === 'all'}>one number for all</option>
        </select>
      </label>
    </section>
  `;
}

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
