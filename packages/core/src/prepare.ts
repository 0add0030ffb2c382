import { AttributionError } from './errors';
import { isGraphModel, type ModelLike, toModel } from './model';
import type { Model } from './model/model';
import { trustRows } from './probe/session';
import { hire, type WorkersOptions } from './workers';

export interface PrepareOptions {
  /**
   * How many rows the model takes at once: it is always given so many, the last one repeated where there are fewer. 'any'
   * vouches that it takes any number, and that what it answers for one does not depend on the others; it is then not asked.
   * @defaultValue what the model declares; if it declares nothing, it is asked once
   */
  readonly rows?: number | 'any';
  /**
   * The signature of a GraphModel that is meant. A model.json holds one, after which inputs and outputs are called, and not
   * its name: the converter cuts the graph to the outputs of the signature that it was asked for and writes down no other,
   * and the loader has no place for another. So any but 'serving_default', which the converter takes if no other is asked
   * for, is an error that says what there is; for two signatures, convert the model twice.
   * @defaultValue that one
   */
  readonly signature?: string;
  /**
   * Threads that help, each with a copy of the model; they end with `dispose`. Needs `import '@vitrum/workers'`. The result
   * is the same bits with any number of them. `memory` of a call is then what each of its threads may hold, beside two batches that each has delivered.
   * @defaultValue none
   */
  readonly workers?: WorkersOptions;
}

/**
 * Makes a model ready for many calls: what Vitrum derives from its weights (flipped filters, transposed matrices) and finds
 * out about it (whether its rows depend on each other) is kept until `dispose`. The model itself stays yours.
 *
 * @param model LayersModel, GraphModel, function of tensors, or what `prepare` gave
 * @throws AttributionError `model`, if it is none, or has no such signature; `option`, if it takes another number of rows, or workers do not start
 */
export async function prepare(model: ModelLike, options: PrepareOptions = {}): Promise<Model> {
  const { rows, signature, workers } = options;
  const waist = await toModel(model);
  if (signature !== undefined) checkSignature(model, signature);
  if (rows !== undefined) checkRows(waist, rows);
  if (rows === undefined && workers === undefined) return waist;
  const elsewhere = workers && (await hire(workers));
  const dispose = () => {
    elsewhere?.dispose();
    waist.dispose();
  };
  const given = {
    ...(typeof rows === 'number' && { rows }),
    ...(elsewhere && { elsewhere, dispose, [Symbol.dispose]: dispose }),
  };
  // Beside what was given, which may be a model that others use as it is.
  const own: Model = Object.create(waist, Object.getOwnPropertyDescriptors(given));
  if (rows === 'any') trustRows(own);
  return own;
}

function checkRows({ rows: declared }: Model, rows: number | 'any'): void {
  const wrong = rows !== 'any' && !(Number.isInteger(rows) && rows > 0);
  if (!wrong && (declared === undefined || declared === rows)) return;
  throw new AttributionError('option', {
    got: `rows ${rows}${wrong ? '' : ` for a model that takes ${declared}`}`,
    expected: wrong ? "a positive whole number or 'any'" : `${declared}`,
    fix: 'Leave `rows` out for what the model declares.',
  });
}

function checkSignature(model: ModelLike, wanted: string): void {
  const graph = isGraphModel(model) ? model : undefined;
  if (graph && wanted === 'serving_default') return;
  const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');
  const { inputs, outputs } = graph?.modelSignature ?? {};
  const names = (signed: object | undefined, nodes: readonly { readonly name: string }[] = []) =>
    quoted(signed ? Object.keys(signed) : nodes.map(({ name }) => name));
  throw new AttributionError('model', {
    got: `signature "${wanted}"`,
    expected: graph
      ? `the one signature that TensorFlow.js loads, from ${names(inputs, graph.inputs)} to ${names(outputs, graph.outputs)}`
      : 'none, for what is not a GraphModel as it was loaded',
    fix: graph
      ? `Leave \`signature\` out if that is meant. If not, convert the model again: tensorflowjs_converter --signature_name=${wanted}.`
      : 'Leave `signature` out.',
  });
}
