// AssemblyScript: what the module exports.
export { depthwise } from './depthwise';
export { between, equal, margins } from './masks';
export { matmul } from './matmul';
