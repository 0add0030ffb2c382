import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import { answersOf, shownOf } from '../pictures';
import { most, type State, targetOf } from '../state';
import type { Event } from '../update';
import { legend, percent } from '../words';
import { bar, display } from './display';
import { map } from './map';
import { classes, type PhotographActions, photograph } from './photograph';
import './picture-canvas';

/** What a person can do beside events. */
export interface Actions extends PhotographActions {
  readonly dispatch: (event: Event) => void;
  readonly save: (kind: 'png' | 'html') => void;
}

/** The page that a state looks like. */
export function page(state: State, actions: Actions): TemplateResult {
  const { dispatch, save } = actions;
  const shown = shownOf(state);
  const settled = state.photo !== undefined && answersOf(state).length > 0;
  return html`
    <header>
      <p class="brand">Vitrum</p>
      ${heading(state)}
    </header>
    <main>
      <div class="side">${photograph(state, actions)} ${state.photo ? classes(state, dispatch) : nothing}</div>
      <section class="maps" aria-label="Maps">
        <div class="row">${maps(state, shown, actions)}</div>
      </section>
      ${display(state, dispatch)}
    </main>
    <footer>
      <p class="save">
        <button type="button" ?disabled=${!settled} @click=${() => save('png')}>Save as PNG</button>
        <button type="button" ?disabled=${!settled} @click=${() => save('html')}>Save as HTML</button>
      </p>
      ${state.unsaved === undefined ? nothing : html`<p class="problem" role="alert">${state.unsaved}</p>`}
      <p class="promise">Computed in this browser. Nothing is uploaded: the page may not connect to anything but its own files.</p>
    </footer>
    <p class="unseen" role="status" aria-live="polite">${state.said}</p>
  `;
}

function heading(state: State): TemplateResult {
  const { photo } = state;
  const target = targetOf(state);
  const asked = photo?.predictions.find(({ index }) => index === target);
  if (!asked)
    return html`<h1>What did the network look at?</h1>
      <p class="lead">EfficientNet-Lite0, a network that knows a thousand things, is on its way: 9 MB, once.</p>`;
  return html`<h1>Why “${asked.label}”?</h1>
    <p class="lead">The network gives it ${percent(asked.probability)}. ${legend(state.display)}</p>
    ${bar(state.display)}`;
}

function maps(state: State, shown: ReturnType<typeof shownOf>, { dispatch }: Actions): TemplateResult {
  const { catalogue, panels, outcomes } = state;
  const failed = outcomes.open;
  if (failed?.kind === 'failed')
    return html`<div class="problem" role="alert">
      <p>${failed.message}</p>
      <button type="button" @click=${() => dispatch({ kind: 'again', key: 'open' })}>Try again</button>
    </div>`;
  if (!catalogue || !state.photo)
    return html`${panels.map(() => html`<div class="map empty"><div class="frame"></div></div>`)}`;
  return html`
    ${repeat(
      panels,
      ({ id }) => id,
      (panel, place) => map(state, catalogue, panel, place, shown, dispatch),
    )}
    ${
      panels.length < most
        ? html`<button type="button" class="add" @click=${() => dispatch({ kind: 'added' })}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 3v10M3 8h10" /></svg>
          Add a method
        </button>`
        : nothing
    }
  `;
}
