export type { WasmPaths } from './binaries';
export { type WasmOptions, wasm } from './wasm';
