import type { Ask } from './protocol';
import { type State, type Want, wantsOf } from './state';
import type { Event } from './update';
import type { WorkerCalls } from './worker';

/**
 * Sees to it that the state gets what it wants, one want at a time. Work that is no longer wanted is aborted: another
 * class, another option, a map removed, a cancel are all the same to it.
 * @returns to be called after every change of the state
 */
export function pursuer(ask: Ask<WorkerCalls>, dispatch: (event: Event) => void): (state: State) => void {
  let running: { key: string; controller: AbortController } | undefined;
  let latest: State | undefined;

  const fulfil = async (want: Want, company: { signal: AbortSignal }): Promise<Event> => {
    const { key } = want;
    switch (want.kind) {
      case 'open':
        return { kind: 'opened', catalogue: await ask('open', undefined, company) };
      case 'look': {
        const { file } = want;
        return { kind: 'looked', file, look: await ask('look', { file: file.blob, name: file.name }, company) };
      }
      case 'explain': {
        const { photograph, target, how } = want;
        const onProgress = ({ done, total }: { done: number; total: number }) => {
          if (!company.signal.aborted) dispatch({ kind: 'progress', key, done, total });
        };
        const answer = await ask('explain', { photograph, target, how }, { ...company, onProgress });
        return { kind: 'answered', key, answer };
      }
    }
  };

  const start = async (want: Want): Promise<void> => {
    const { key } = want;
    const controller = new AbortController();
    running = { key, controller };
    let outcome: Event;
    if (want.kind === 'explain') dispatch({ kind: 'progress', key, done: 0, total: 0 });
    try {
      outcome = await fulfil(want, { signal: controller.signal });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      outcome = want.kind === 'look' ? { kind: 'refused', message } : { kind: 'failed', key, message };
    }
    running = undefined;
    if (!controller.signal.aborted) dispatch(outcome);
    else if (latest?.outcomes[key]?.kind === 'running') dispatch({ kind: 'again', key });
    else if (latest) pursue(latest);
  };

  const pursue = (state: State): void => {
    latest = state;
    const wants = wantsOf(state);
    if (running) {
      const { key, controller } = running;
      const wanted = wants.some((want) => want.key === key);
      if (!wanted || state.outcomes[key]?.kind === 'stopped') controller.abort();
      return;
    }
    const next = wants.find(({ key }) => ['running', undefined].includes(state.outcomes[key]?.kind));
    if (next) void start(next);
  };
  return pursue;
}
