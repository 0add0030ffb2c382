/**
 * The SIMD binary as a `data:` URL, for where the files beside this one cannot be reached: the build puts it here. A
 * module of its own, imported only then, because it is large. `undefined` when run from the sources.
 */
export const simdBinary: string | undefined = undefined;
