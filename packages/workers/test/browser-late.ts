// What a web worker runs that does not listen at once.
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';
import { serve } from '../src/index';
import { network } from './model';

await new Promise((resolve) => setTimeout(resolve, 300));
await useBackend(wasm({ paths: '/' }));
serve(() => network);
