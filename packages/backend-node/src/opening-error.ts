import { AttributionError } from '@vitrum/core';

const expected = '@tensorflow/tfjs-node 4.22 with its native addon';
const build =
  'npm rebuild @tensorflow/tfjs-node, or where its downloads are out of reach: bash node_modules/@vitrum/backend-node/scripts/build-addon.sh.';

/** Says why tfjs-node could not be imported, and what to do. */
export function openingError(cause: unknown): AttributionError {
  const { code, message } = detailsOf(cause);
  if (code.endsWith('MODULE_NOT_FOUND') && message.includes("'@tensorflow/tfjs-node'")) {
    return new AttributionError('backend', {
      got: 'no @tensorflow/tfjs-node here',
      expected,
      fix: 'npm install @tensorflow/tfjs-node, or use another backend such as wasm() from @vitrum/backend-wasm.',
      cause,
    });
  }
  const [reason = ''] = message.split('\n');
  return new AttributionError('backend', {
    got: message.includes('native addon module')
      ? '@tensorflow/tfjs-node without its native addon: its install script did not run, or failed'
      : `an error while @tensorflow/tfjs-node was loaded (${reason})`,
    expected,
    fix: `Build the addon: ${build}`,
    cause,
  });
}

function detailsOf(cause: unknown): { code: string; message: string } {
  if (!(cause instanceof Error)) return { code: '', message: String(cause) };
  return { code: 'code' in cause ? String(cause.code) : '', message: cause.message };
}
