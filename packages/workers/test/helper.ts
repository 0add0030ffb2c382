// helper.ts
import { wasm } from '@vitrum/backend-wasm';
import { useBackend } from '@vitrum/core';
import { serve } from '@vitrum/workers';
import { loadModel } from './model';

serve(async () => {
  await useBackend(wasm());
  return loadModel(); // a LayersModel, a GraphModel or a function: the one that is explained
});
