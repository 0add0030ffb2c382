import { library } from '../../tsup.base';

// Rollup joins what all modules import of TensorFlow.js: 3 % of the size.
export default library(undefined, { treeshake: true });
