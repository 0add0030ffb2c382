import { provideWorkers } from '@vitrum/core';
import { hire } from './pool';

export { type ServeOptions, serve } from './serve';
export type { RuleSets } from './travel';

// `prepare(model, { workers })` is core's, which knows no threads: whoever imports this package has them.
provideWorkers(hire);
