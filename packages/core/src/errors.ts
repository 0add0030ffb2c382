/** What went wrong, for code; the message is for people. */
export type AttributionErrorCode =
  | 'inputs'
  | 'model'
  | 'target'
  | 'site'
  | 'baseline'
  | 'features'
  | 'option'
  | 'method'
  | 'backend'
  | 'gradient'
  | 'read-back'
  | 'not-finite'
  | 'recording'
  | 'reentrant';

/** An operation of the model that an error is about. */
export interface Operation {
  /** TF.js kernel name, such as `FusedConv2D`. */
  readonly kernel: string;
  /** Place in the recording of the model, from 0. */
  readonly index: number;
  /** Where in the model it lies, in words, as far as that is known: `in layer "head"`. */
  readonly place?: string;
}

interface Details {
  /** What came. `operation` is put behind it. */
  readonly got: string;
  readonly expected: string;
  /** What to do. */
  readonly fix: string;
  readonly operation?: Operation;
  readonly cause?: unknown;
}

/** The one error Vitrum throws: what came, what was expected, what to do. */
export class AttributionError extends Error {
  override readonly name = 'AttributionError';
  readonly code: AttributionErrorCode;
  /** The operation of the model that it is about, if it is about one. */
  readonly operation?: Operation;
  readonly #details: Details;

  constructor(code: AttributionErrorCode, details: Details) {
    const { got, expected, fix, operation, cause } = details;
    super(
      `Got ${got}${operation ? ` ${inWords(operation)}` : ''}; expected ${expected}. ${fix}`,
      cause === undefined ? undefined : { cause },
    );
    this.code = code;
    this.#details = details;
    if (operation) this.operation = operation;
  }

  /** The same error, once it is known where in the model its operation lies. */
  placed(place: string): AttributionError {
    const { operation } = this;
    return operation ? new AttributionError(this.code, { ...this.#details, operation: { ...operation, place } }) : this;
  }
}

const inWords = ({ kernel, index, place }: Operation): string =>
  `operation ${index} of the model, kernel ${kernel}${place ? `, ${place}` : ''}`;
