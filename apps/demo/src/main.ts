import '@fontsource-variable/inter/wght.css';
import { render } from 'lit-html';
import { keepFocus } from './focus';
import { connect } from './protocol';
import { pursuer } from './pursue';
import { first } from './samples';
import { initial, type State } from './state';
import { taker } from './take';
import { type Event, update } from './update';
import { page } from './views/page';
import type { WorkerCalls } from './worker';
import workerAddress from './worker?worker&url';

// A worker made from a blob is under this page's policy, so that it cannot connect elsewhere either.
const start = `import ${JSON.stringify(new URL(workerAddress, import.meta.url).href)};`;
const worker = new Worker(URL.createObjectURL(new Blob([start], { type: 'text/javascript' })), { type: 'module' });
const { ask, broken } = connect<WorkerCalls>(worker);
worker.addEventListener('error', ({ message }) =>
  broken(new Error(`The computation broke down${message ? ` (${message})` : ''}. Reload the page to go on.`)),
);

let state: State = initial;
const pursue = pursuer(ask, dispatch);
const { give, take } = taker(dispatch);

function dispatch(event: Event): void {
  state = update(state, event);
  keepFocus(() => render(page(state, { dispatch, give, take, save }), document.body));
  pursue(state);
}

async function save(kind: 'png' | 'html'): Promise<void> {
  try {
    const { download } = await import('./save');
    download(kind, state);
    dispatch({ kind: 'saved' });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    dispatch({
      kind: 'unsaved',
      message: `Nothing was saved (${why}). Try again; if that fails too, reload the page.`,
    });
  }
}

/** Takes the first file among what is dropped or pasted, if there is one. */
function receive(data: DataTransfer | null): void {
  const file = data?.files.item(0);
  if (file) give(file);
}

addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault(); // else a link that is dropped would take the place of the page
  receive(event.dataTransfer);
});
addEventListener('paste', (event) => receive(event.clipboardData));

dispatch({ kind: 'display', change: {} });
void take(first);
