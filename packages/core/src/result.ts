import { AttributionError } from './errors';
import { firstFlaw, notFinite } from './finite';
import { isTensor } from './inputs';
import type { AttributionMethod, MethodResult } from './method';
import { createProbe, type OwnedProbe, type ProbeParts } from './probe/probe';
import { inspecting } from './probe/session';
import type { Tensors } from './tape/node';

/**
 * Runs a method on `probe`, which is made of `parts`, and holds what it gives to being finite tensors of its own.
 *
 * The values are read once for that, which takes no pass of the model. Only when they are not finite does the method run
 * again, looking at every number on the way, to say where the first came from.
 * @throws AttributionError `method`, `not-finite`
 */
export async function resultOf(method: AttributionMethod, probe: OwnedProbe, parts: ProbeParts): Promise<MethodResult> {
  const result = await runOnce(method, probe, parts);
  try {
    const flaw = await firstFlaw(result.values);
    if (!flaw) return result;
    const { together: _, ...alone } = parts;
    const again = createProbe({ ...alone, session: inspecting(parts.session) });
    try {
      disposeResult(await runOnce(method, again, parts));
    } finally {
      again.dispose();
    }
    throw notFinite(`${flaw.value} among the values of ${method.name}, though all it was made from is finite`);
  } catch (error) {
    disposeResult(result);
    throw error;
  }
}

export function disposeResult({ values, standardError = [] }: Pick<MethodResult, 'values' | 'standardError'>): void {
  for (const tensor of [...values, ...standardError]) tensor.dispose();
}

async function runOnce(method: AttributionMethod, probe: OwnedProbe, parts: ProbeParts): Promise<MethodResult> {
  const result: unknown = await method.attribute(probe);
  const given = isResult(result) ? [...listed(result.values), ...listed(result.standardError)] : [result];
  const lent = new Set<unknown>(probe.lent());
  try {
    if (!isResult(result)) throw problem(method, nameOf(result), 'tensors, or { values } with tensors');
    check(method, result.values, 'values', lent, parts);
    if (result.standardError !== undefined) check(method, result.standardError, 'standardError', lent, parts);
    return result as MethodResult; // which was just checked
  } catch (error) {
    for (const tensor of given) if (isTensor(tensor) && !lent.has(tensor)) tensor.dispose();
    throw error;
  }
}

const isResult = (result: unknown): result is { readonly values: unknown; readonly standardError?: unknown } =>
  typeof result === 'object' && result !== null && 'values' in result;

const listed = (tensors: unknown): readonly unknown[] => (Array.isArray(tensors) ? tensors : []);

const nameOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value);

/** Methods are people's own code: what they give is checked. */
function check(
  method: AttributionMethod,
  tensors: unknown,
  what: string,
  lent: ReadonlySet<unknown>,
  { site, inputs, examples }: ProbeParts,
): void {
  if (!Array.isArray(tensors)) throw problem(method, `${nameOf(tensors)} as ${what}`, 'an array of tensors');
  const expected = site === 'inputs' ? inputs.map(({ shape }) => shape) : undefined;
  if (tensors.length !== (expected?.length ?? Math.max(1, tensors.length))) {
    throw problem(method, `${tensors.length} tensors as ${what}`, `${expected?.length ?? 1}, one for each at the site`);
  }
  tensors.forEach((tensor: unknown, i) => {
    if (!isTensor(tensor)) throw problem(method, `${nameOf(tensor)} among its ${what}`, 'tensors');
    if (lent.has(tensor)) throw problem(method, `a borrowed tensor among its ${what}`, 'tensors of its own');
    if (tensor.isDisposed) throw problem(method, `a disposed tensor among its ${what}`, 'live tensors');
    const shape = expected?.[i] ?? [examples, ...tensor.shape.slice(1)];
    if (String(shape) === String(tensor.shape)) return;
    throw problem(method, `shape [${tensor.shape}] among its ${what}`, `[${shape}], like what is attributed`);
  });
}

function problem({ name }: AttributionMethod, got: string, expected: string): AttributionError {
  return new AttributionError('method', {
    got: `${got} from the method ${name}`,
    expected,
    fix: 'A method returns new tensors with a row for each example; tf.clone() makes one of what the probe lends.',
  });
}

/** Σ values − (score − baselineScore) of each example, summed in float64. */
export async function gap(values: Tensors, score: Float32Array, baselineScore: Float32Array): Promise<Float32Array> {
  const delta = Float64Array.from(score, (s, e) => (baselineScore[e] ?? 0) - s);
  for (const tensor of values) {
    const data = await tensor.data();
    const size = data.length / delta.length;
    for (let i = 0; i < data.length; i++)
      delta[Math.floor(i / size)] = (delta[Math.floor(i / size)] ?? 0) + (data[i] ?? 0);
  }
  return Float32Array.from(delta);
}
