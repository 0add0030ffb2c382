import { cpu } from '@vitrum/backend-cpu';
import { useBackend } from '@vitrum/core';
import { compare } from './compare';

/** The functions, in a bundle with a TensorFlow.js of its own. */
const second: typeof import('./second-copy') = await import(process.argv[2] ?? '');
const { functions, ready, smooth, straightThrough } = second;
await ready;

await useBackend(cpu());
for (const [name, model] of Object.entries(functions)) await compare(name, model, model, [1, 4, 4, 1]);
await compare('a gradient of its own', straightThrough, smooth, [1, 4, 4, 1]);
