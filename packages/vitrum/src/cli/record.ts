import type { Answer } from '../explain';
import type { Explanation, Numbers } from '../explanation';

/** The version of the format that `schema/explanation.schema.json` describes. */
const format = 1;

/** What `--json` prints for a photograph, and `explanation.json` holds. */
export interface ExplanationRecord {
  readonly format: typeof format;
  readonly photo: string;
  readonly model: string;
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly input: {
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    readonly scale: string;
  };
  readonly predictions: readonly {
    readonly index: number;
    readonly label: string;
    readonly score: number;
    readonly probability?: number;
  }[];
  readonly explanations: readonly ExplainedRecord[];
  /** Paths of what was written. */
  readonly files: readonly string[];
}

interface ExplainedRecord {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly score: number;
  readonly baselineScore?: number;
  readonly convergenceDelta?: number;
  readonly standardError?: number;
  readonly shape: readonly number[];
  readonly sum: number;
  readonly positive: number;
  readonly negative: number;
  readonly seconds: number;
  readonly rows: number;
  readonly notes: readonly string[];
}

/** The root of the mean square, as a measure of the size of a typical one. */
export const typical = ({ values }: Numbers): number =>
  values.length === 0 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

export function recordOf(
  { predictions, explanations }: Answer,
  about: Omit<ExplanationRecord, 'format' | 'predictions' | 'explanations'>,
): ExplanationRecord {
  const { photo, model, backend, versions, input, files } = about;
  return {
    format,
    photo,
    model,
    backend,
    versions,
    input,
    predictions: predictions.slice(0, 5),
    explanations: explanations.map(explained),
    files,
  };
}

function explained(explanation: Explanation): ExplainedRecord {
  const { id, method, target, parameters, score, baselineScore, convergenceDelta, standardError } = explanation;
  const { values, seconds, rows, notes } = explanation;
  const part = (sign: 1 | -1) => values.values.reduce((sum, value) => sum + Math.max(sign * value, 0), 0);
  const [positive, negative] = [part(1), part(-1)];
  return {
    id,
    method,
    target,
    parameters,
    score,
    ...(baselineScore !== undefined && { baselineScore }),
    ...(convergenceDelta !== undefined && { convergenceDelta }),
    ...(standardError && { standardError: typical(standardError) }),
    shape: values.shape,
    sum: positive - negative,
    positive,
    negative,
    seconds,
    rows,
    notes,
  };
}
