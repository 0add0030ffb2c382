// Each `new URL('…', import.meta.url)` is written out in full: in this form bundlers find the file and take it along.

/** The network and its weights, as TensorFlow.js stores a GraphModel, by file name. */
export const modelFiles: Readonly<Record<string, URL>> = {
  'model.json': new URL('../assets/graph/model.json', import.meta.url),
  'group1-shard1of3.bin': new URL('../assets/graph/group1-shard1of3.bin', import.meta.url),
  'group1-shard2of3.bin': new URL('../assets/graph/group1-shard2of3.bin', import.meta.url),
  'group1-shard3of3.bin': new URL('../assets/graph/group1-shard3of3.bin', import.meta.url),
};

/** A cat to try things on: a PNG file, 451 × 300, photograph by Stefan van der Walt, CC0. */
export const chelsea: URL = new URL('../assets/pictures/chelsea.png', import.meta.url);

/** What `crop` makes of it: a PNG file, 224 × 224. */
export const chelsea224: URL = new URL('../assets/pictures/chelsea_224.png', import.meta.url);

/**
 * The bytes of a file: under Node from the disk, else by fetch.
 * @throws Error if it cannot be read
 */
export async function readBytes(file: URL): Promise<ArrayBuffer> {
  if (file.protocol === 'file:' && globalThis.process?.getBuiltinModule) {
    // Not imported, so that bundlers for browsers never meet a module of Node.
    const { readFile } = globalThis.process.getBuiltinModule('node:fs/promises');
    return new Uint8Array(await readFile(file)).buffer;
  }
  const response = await fetch(file);
  if (!response.ok) throw new Error(`Got status ${response.status} for ${file.href}.`);
  return response.arrayBuffer();
}
