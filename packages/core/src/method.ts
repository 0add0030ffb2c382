import type { Probe } from './probe/probe';
import type { Tensors } from './tape/node';

/** What a method says of itself. `attribute` holds a call to it, and the conformance suite holds the method to it. */
export interface Traits {
  /** The optional arguments it uses; the others are errors. */
  readonly uses: readonly ('baseline' | 'features')[];
  /** Same call, same values, whatever the seed. */
  readonly deterministic: boolean;
  /** Each row is explained on its own: alone it gives what it gives in a batch. */
  readonly rowwise: boolean;
  /**
   * Its values sum to S(x) − S(baseline), or to S(x) alone if 'score', up to the reported `convergenceDelta`.
   * @defaultValue false
   */
  readonly complete?: boolean | 'score';
  /** Where it reads `baseline`: at the model's inputs, or in the shape of the site it perturbs. @defaultValue 'inputs' */
  readonly baselineAt?: 'inputs' | 'site';
  /** It draws its baselines from a `distribution`, which `baseline` then has to be. @defaultValue false */
  readonly distribution?: boolean;
  /** It is about a layer and needs `at`. @defaultValue false */
  readonly layerOnly?: boolean;
  /** It explains no score, so `target` is an error. @defaultValue false */
  readonly targetless?: boolean;
}

/** The values, like the tensors at the site, and more where a method has more to say. The caller owns the tensors. */
export interface MethodResult {
  readonly values: Tensors;
  readonly standardError?: Tensors;
  /** S(x′) of each example, where the method has seen it, so that it need not be asked for again. */
  readonly baselineScore?: Float32Array;
  readonly notes?: readonly string[];
}

/** How to attribute: a value, made by a function with one options object. */
export interface AttributionMethod extends Traits {
  readonly name: string;
  attribute(probe: Probe): Promise<MethodResult>;
}

/**
 * Makes a method out of its name, its traits and `(options) => async (probe) => values`, or `{ values, … }` for more.
 *
 * @example
 * const midpointGradient = defineMethod('midpointGradient', { uses: ['baseline'], deterministic: true, rowwise: true }, () =>
 *   async (probe) => {
 *     const { mean } = await probe.run({ points: path([0.5]), grad: [probe.site] }, sum());
 *     return multiplyByDifference(probe, mean.flat());
 *   });
 */
export function defineMethod<Options extends readonly unknown[]>(
  name: string,
  traits: Traits | ((...options: Options) => Traits),
  make: (...options: Options) => (probe: Probe) => Promise<Tensors | MethodResult>,
): (...options: Options) => AttributionMethod {
  return (...options) => {
    const run = make(...options);
    const attribute = async (probe: Probe) => {
      const result = await run(probe);
      return isTensors(result) ? { values: result } : result;
    };
    return { ...(typeof traits === 'function' ? traits(...options) : traits), name, attribute };
  };
}

const isTensors = (result: Tensors | MethodResult): result is Tensors => Array.isArray(result);
