import type { Sign } from '@vitrum/visualization';
import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { type ColourName, colours } from '../colours';
import { colourBar } from '../pictures';
import type { State } from '../state';
import type { Event } from '../update';

const signs: Readonly<Record<Sign, string>> = {
  all: 'Both',
  positive: 'For',
  negative: 'Against',
  absolute: 'Either way',
};

const ends: Readonly<Record<Sign, readonly [string, string]>> = {
  all: ['against', 'for'],
  positive: ['nothing', 'for'],
  negative: ['against', 'nothing'],
  absolute: ['nothing', 'for or against'],
};

/** How all maps are drawn, with the one scale of their colours. */
export function display({ display }: State, dispatch: (event: Event) => void): TemplateResult {
  const { sign, opacity, scale, colours: chosen } = display;
  const set = (change: Partial<State['display']>) => dispatch({ kind: 'display', change });
  const [low, high] = ends[sign];
  return html`
    <section class="display" aria-label="How the maps are drawn">
      <div class="bar">
        <picture-canvas role="img" aria-label="Colours from ${low} to ${high}" .picture=${bar(display)}></picture-canvas>
        <p><span>${low}</span><span>${high}</span></p>
      </div>
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
        >Full colour is
        <select @change=${({ target }: { target: HTMLSelectElement }) => set({ scale: target.value === 'all' ? 'all' : 'each' })}>
          <option value="each" .selected=${scale === 'each'}>the strongest of each map</option>
          <option value="all" .selected=${scale === 'all'}>one number for all maps</option>
        </select>
      </label>
    </section>
  `;
}

const bars = new Map<string, ReturnType<typeof colourBar>>();

/** One picture for each look of the bar, so that it is painted only when it changes. */
function bar(display: State['display']): ReturnType<typeof colourBar> {
  const key = `${display.colours} ${display.sign}`;
  const known = bars.get(key) ?? colourBar(display);
  bars.set(key, known);
  return known;
}
