/** What went wrong, for code; the message is for people. */
export type AttributionErrorCode =
  | 'inputs'
  | 'model'
  | 'target'
  | 'site'
  | 'baseline'
  | 'features'
  | 'option'
  | 'backend'
  | 'gradient'
  | 'read-back'
  | 'not-finite'
  | 'recording';

/** The one error Vitrum throws: what came, what was expected, what to do. */
export class AttributionError extends Error {
  override readonly name = 'AttributionError';
  readonly code: AttributionErrorCode;

  constructor(
    code: AttributionErrorCode,
    { got, expected, fix, cause }: { got: string; expected: string; fix: string; cause?: unknown },
  ) {
    super(`Got ${got}; expected ${expected}. ${fix}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
