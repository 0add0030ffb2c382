/** Whether this is a promise, of whoever's make: a page may have put another `Promise` in the place of the engine's own. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
