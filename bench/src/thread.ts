// What each worker of the benchmark runs.
import { loadEfficientNetLite0 } from '@vitrum/efficientnet-lite0';
import { serve } from '@vitrum/workers';
import { openBackend } from './backends';

serve(async () => {
  await openBackend('wasm');
  return loadEfficientNetLite0();
});
