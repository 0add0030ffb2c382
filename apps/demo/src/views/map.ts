import { html, nothing, type TemplateResult } from 'lit-html';
import type { Catalogue, MethodCard } from '../card';
import { draw, limitOf, ownLimit } from '../pictures';
import type { Answer } from '../question';
import { keyOf, type Outcome, type Panel, type State } from '../state';
import type { Event } from '../update';
import { effort, number, tell, titleOf, whereabouts } from '../words';
import { settings } from './form';

type Dispatch = (event: Event) => void;

/** One method's map: which, what it shows, what that is worth, and its settings. */
export function map(
  state: State,
  catalogue: Catalogue,
  panel: Panel,
  place: number,
  shown: readonly (Answer | undefined)[],
  dispatch: Dispatch,
): TemplateResult {
  const { id, how } = panel;
  const title = titleOf(how.method, catalogue);
  const card = catalogue.methods.find(({ name }) => name === how.method);
  const key = keyOf(state, how);
  const outcome = state.outcomes[key];
  const answer = shown[place];
  return html`
    <article class="map" id="map-${id}" aria-label="Map ${place + 1}, ${title}" aria-busy=${outcome?.kind === 'running'}>
      <div class="head">
        <label class="unseen" for="method-${id}">Method of map ${place + 1}</label>
        ${methodSelect(panel, catalogue, dispatch)}
        ${
          state.panels.length > 1
            ? html`<button
              type="button"
              class="remove"
              aria-label="Remove map ${place + 1}, ${title}"
              @click=${() => dispatch({ kind: 'removed', panel: id })}
            >
              <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M4 4l8 8M12 4l-8 8" /></svg>
            </button>`
            : nothing
        }
      </div>
      <div class="frame ${outcome?.kind === 'answered' ? '' : 'stale'}">
        ${picture(state, title, answer, shown)}
        ${outcome?.kind === 'answered' ? nothing : status(outcome, title, key, dispatch)}
      </div>
      <div class="words">${outcome?.kind === 'answered' ? findings(outcome.answer, catalogue) : html`<p class="summary">${card?.summary}</p>`}</div>
      ${card ? fold(panel, card, catalogue, title, dispatch) : nothing}
    </article>
  `;
}

const families = { layer: 'Inside the network', gradient: 'From gradients', perturbation: 'By covering up' } as const;

function methodSelect({ id, how }: Panel, { methods }: Catalogue, dispatch: Dispatch): TemplateResult {
  return html`<select
    id="method-${id}"
    class="method"
    @change=${({ target }: { target: HTMLSelectElement }) => dispatch({ kind: 'method', panel: id, method: target.value })}
  >
    ${Object.entries(families).map(
      ([family, label]) => html`<optgroup label=${label}>
        ${methods
          .filter((card) => card.family === family)
          .map(({ name, title }) => html`<option value=${name} .selected=${name === how.method}>${title}</option>`)}
      </optgroup>`,
    )}
  </select>`;
}

function picture(
  { photo, display }: State,
  title: string,
  answer: Answer | undefined,
  shown: readonly (Answer | undefined)[],
): TemplateResult | typeof nothing {
  if (!photo) return nothing;
  if (!answer)
    return html`<picture-canvas role="img" aria-label="The photograph" .picture=${photo.photograph}></picture-canvas>`;
  const limit = limitOf(
    answer,
    shown.flatMap((one) => one ?? []),
    display,
  );
  const { picture, notes } = draw(answer, photo.photograph, display, limit);
  const alone = ownLimit(answer, display);
  const faint = alone > 0 && alone < limit / 20;
  return html`
    <picture-canvas
      role="img"
      aria-label="${title} over the photograph: ${whereabouts(answer.map, display.sign)}."
      .picture=${picture}
    ></picture-canvas>
    <p class="scale">
      ${notes.length > 0 ? notes.join(' ') : `full colour: ${number(limit)}`}
      ${faint ? html`<br />its strongest: ${number(alone)}` : nothing}
    </p>
  `;
}

/** What goes on instead of a result. The button is one and the same, so that the focus stays on it. */
function status(outcome: Outcome | undefined, title: string, key: string, dispatch: Dispatch): TemplateResult {
  const kind = outcome?.kind ?? 'waiting';
  const running = outcome?.kind === 'running' ? outcome : undefined;
  const text = {
    waiting: 'Waits for its turn',
    running: running?.total ? `${Math.floor((100 * running.done) / running.total)} %` : 'Starting',
    stopped: 'Cancelled',
    failed: outcome?.kind === 'failed' ? outcome.message : '',
    answered: '',
  }[kind];
  const pending = kind === 'waiting' || kind === 'running';
  return html`
    <div class="status ${kind}">
      <p role=${kind === 'failed' ? 'alert' : nothing}>${text}</p>
      <button type="button" @click=${() => dispatch({ kind: pending ? 'stopped' : 'again', key })}>
        ${pending ? 'Cancel' : kind === 'failed' ? 'Try again' : 'Compute'}<span class="unseen"> ${title}</span>
      </button>
      ${pending ? html`<progress aria-label="Progress of ${title}" max=${running?.total || 1} .value=${running?.done ?? 0}></progress>` : nothing}
    </div>
  `;
}

function findings(answer: Answer, catalogue: Catalogue): TemplateResult {
  return html`
    <p class="finding">${tell(answer, catalogue)}</p>
    ${answer.notes.map((note) => html`<p class="note">${note}</p>`)}
    <p class="effort" data-tensors=${answer.memory.tensors} data-bytes=${answer.memory.bytes} data-threads=${answer.threads}>${effort(answer)}</p>
  `;
}

function fold(panel: Panel, card: MethodCard, catalogue: Catalogue, title: string, dispatch: Dispatch): TemplateResult {
  return html`
    <details
      .open=${panel.open}
      @toggle=${({ target }: { target: HTMLDetailsElement }) => {
        if (target.open !== panel.open) dispatch({ kind: 'fold', panel: panel.id, open: target.open });
      }}
    >
      <summary>Settings<span class="unseen"> of ${title}</span></summary>
      <p class="summary">${title}: ${card.summary}.${card.paper ? html` <cite>${card.paper}</cite>` : nothing}</p>
      ${panel.open ? settings(panel, card, catalogue, dispatch) : nothing}
    </details>
  `;
}
