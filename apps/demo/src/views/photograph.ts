import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { type Sample, samples } from '../samples';
import { type State, targetOf } from '../state';
import type { Event } from '../update';
import { percent } from '../words';

/** What a person can do with the photograph. */
export interface PhotographActions {
  /** Takes a file that somebody gave. */
  readonly give: (file: globalThis.File) => void;
  readonly take: (sample: Sample) => void;
}

/** The photograph: which it is, how to change it, and what is wrong with one that was given. */
export function photograph({ photo, offered, problem }: State, { give, take }: PhotographActions): TemplateResult {
  return html`
    <section class="photograph" aria-label="Photograph">
      <p class="head">${offered?.name ?? photo?.name ?? ''}</p>
      <div class="frame ${offered ? 'stale' : ''}">
        ${
          photo
            ? html`<picture-canvas
              role="img"
              aria-label="${photo.name}, the part that the network sees"
              .picture=${photo.photograph}
            ></picture-canvas>`
            : nothing
        }
      </div>
      <div class="give">
      <label class="button choose">
        Choose a photograph
        <input
          type="file"
          class="unseen"
          accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
          @change=${({ target }: { target: HTMLInputElement }) => {
            const file = target.files?.item(0);
            if (file) give(file);
            target.value = ''; // so that the same file can be chosen again
          }}
        />
      </label>
      ${problem === undefined ? nothing : html`<p class="problem" role="alert">${problem}</p>`}
      <p class="samples">
        drop one, paste one, or take
        ${samples.map(
          (sample, i) =>
            html`${i === 0 ? '' : i === samples.length - 1 ? ' or ' : ', '}<button type="button" class="link" @click=${() => take(sample)}>${sample.title}</button>`,
        )}
      </p>
      </div>
    </section>
  `;
}

/** What the network sees: the five likeliest classes, one of which is asked about. */
export function classes(state: State, dispatch: (event: Event) => void): TemplateResult {
  const target = targetOf(state);
  return html`
    <fieldset class="classes">
      <legend>What the network sees</legend>
      ${state.photo?.predictions.map(
        ({ index, label, probability }) => html`
          <label>
            <input
              type="radio"
              name="class"
              value=${index}
              .checked=${live(index === target)}
              @change=${() => dispatch({ kind: 'target', target: index })}
            />
            <span class="name">${label}</span>
            <span class="probability">${percent(probability)}</span>
            <meter aria-hidden="true" min="0" max="1" .value=${probability}></meter>
          </label>
        `,
      )}
    </fieldset>
  `;
}
