import { library } from '../../tsup.base';

// Rollup joins what all modules of a chunk import of TensorFlow.js: 3 % of the size.
export default library(
  { index: 'src/index.ts', elsewhere: 'src/elsewhere.ts', gradients: 'src/gradients/index.ts' },
  { treeshake: { moduleSideEffects: false } },
);
