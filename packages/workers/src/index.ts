import { provideWorkers } from '@vitrum/core';
import { hire } from './pool';

export { serve } from './serve';

// `prepare(model, { workers })` is core's, which knows no threads: whoever imports this package has them.
provideWorkers(hire);
