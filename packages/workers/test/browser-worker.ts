// What a web worker of the tests runs.
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';
import { serve } from '../src/index';
import { network } from './model';

serve(async () => {
  await useBackend(wasm({ paths: '/' }));
  return network;
});
