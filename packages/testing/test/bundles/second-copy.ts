export { functions, smooth, straightThrough } from './functions';

/** This copy's own backend, if it has an engine of its own. */
export const ready: Promise<unknown> = import('@tensorflow/tfjs-backend-cpu');
