import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Option } from 'vitrum/methods';
import type { Catalogue, MethodCard } from '../card';
import { type Ground, grounds } from '../question';
import type { Panel } from '../state';
import type { Event } from '../update';
import { inWords, plainly } from '../words';

type Dispatch = (event: Event) => void;

/** The settings of a map: where it looks, against what, and a field for each option that the method's schema names. */
export function settings(panel: Panel, card: MethodCard, { places }: Catalogue, dispatch: Dispatch): TemplateResult {
  const { id, how } = panel;
  const set = (name: string) => (value: unknown) =>
    dispatch({ kind: 'how', panel: id, change: { options: { ...how.options, [name]: value } } });
  const pixels = card.where === 'both' ? [''] : [];
  const where = select(
    { id: `place-${id}`, label: 'where', hint: 'in the pixels, or what comes out of a layer of the network' },
    [...pixels, ...places].map((place) => ({ value: place, title: place || 'the pixels' })),
    how.place ?? '',
    (place) => dispatch({ kind: 'place', panel: id, place: place || undefined }),
  );
  const against = select(
    { id: `ground-${id}`, label: 'against', hint: 'what the photograph is compared with' },
    Object.entries(grounds).map(([value, title]) => ({ value, title })),
    how.ground,
    (ground) => dispatch({ kind: 'how', panel: id, change: { ground: ground as Ground } }), // one of the keys of grounds
  );
  return html`
    ${card.where === 'pixels' ? nothing : where}
    ${card.against === 'one' ? against : nothing}
    ${Object.entries(card.options).map(([name, option]) =>
      field(
        { id: `${name}-${id}`, label: inWords(name), hint: plainly(option.description) },
        option,
        how.options[name],
        places,
        set(name),
      ),
    )}
  `;
}

interface Naming {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
}

function field(
  naming: Naming,
  option: Option,
  given: unknown,
  places: readonly string[],
  set: (value: unknown) => void,
): TemplateResult {
  switch (option.type) {
    case 'boolean':
      return labelled(
        naming,
        html`<input
          type="checkbox"
          id=${naming.id}
          aria-describedby="${naming.id}-hint"
          .checked=${live(Boolean(given ?? option.default))}
          @change=${({ target }: { target: HTMLInputElement }) => set(target.checked)}
        />`,
      );
    case 'choice':
      return select(
        naming,
        option.choices.map((value) => ({ value, title: value })),
        String(given ?? option.default),
        set,
      );
    case 'layer':
      return select(
        naming,
        places.map((value) => ({ value, title: value })),
        String(given ?? places[0]),
        set,
      );
    case 'integer':
      return withWords(naming, option.words ?? [], given ?? option.default, option.default, set, (value) =>
        input(naming, { type: 'number', min: option.minimum, step: 1 }, value, (text) => set(Number(text))),
      );
    case 'number':
      return labelled(
        naming,
        input(naming, { type: 'number', min: option.minimum, step: 'any' }, String(given ?? option.default), (text) =>
          set(Number(text)),
        ),
      );
    case 'sizes':
      return labelled(
        naming,
        input(
          naming,
          { type: 'text', pattern: '\\s*[1-9]\\d*(\\s*[ ,×x]\\s*[1-9]\\d*)*\\s*' },
          sizes(given ?? option.default),
          (text) => {
            const numbers = (text.match(/\d+/g) ?? []).map(Number);
            set(numbers.length === 1 ? numbers[0] : numbers);
          },
        ),
      );
  }
}

const sizes = (value: unknown): string => [value].flat().join(' × ');

/** A number that can also be one of a few words, each a box to tick. */
function withWords(
  naming: Naming,
  words: readonly string[],
  value: unknown,
  start: number,
  set: (value: unknown) => void,
  control: (value: string) => TemplateResult,
): TemplateResult {
  const boxes = words.map(
    (word) => html`<label class="word"
      ><input
        type="checkbox"
        .checked=${live(value === word)}
        @change=${({ target }: { target: HTMLInputElement }) => set(target.checked ? word : start)}
      />
      ${word}</label
    >`,
  );
  return labelled(naming, html`${words.includes(String(value)) ? nothing : control(String(value))}${boxes}`);
}

const labelled = ({ id, label, hint }: Naming, control: TemplateResult): TemplateResult => html`
  <div class="field">
    <label for=${id}>${label}</label>
    <div class="control">${control}</div>
    <p class="hint" id="${id}-hint">${hint}</p>
  </div>
`;

function input(
  { id }: Naming,
  { type, min, step, pattern }: { type: 'number' | 'text'; min?: number; step?: number | 'any'; pattern?: string },
  value: string,
  set: (text: string) => void,
): TemplateResult {
  return html`<input
    id=${id}
    type=${type}
    min=${min ?? nothing}
    step=${step ?? nothing}
    pattern=${pattern ?? nothing}
    required
    autocomplete="off"
    aria-describedby="${id}-hint"
    .value=${value}
    @change=${({ target }: { target: HTMLInputElement }) => {
      if (target.reportValidity()) set(target.value);
    }}
  />`;
}

/** A labelled list of choices. */
function select(
  naming: Naming,
  options: readonly { readonly value: string; readonly title: string }[],
  chosen: string,
  set: (value: string) => void,
): TemplateResult {
  return labelled(
    naming,
    html`<select
      id=${naming.id}
      aria-describedby="${naming.id}-hint"
      @change=${({ target }: { target: HTMLSelectElement }) => set(target.value)}
    >
      ${options.map(({ value, title }) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`)}
    </select>`,
  );
}
