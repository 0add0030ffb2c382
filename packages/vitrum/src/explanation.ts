import type { Tensor } from '@tensorflow/tfjs-core';
import type { Attribution } from '@vitrum/core';
import { interpolate } from '@vitrum/layer-methods';
import { type AttributionMap, attributionMap, type Picture } from '@vitrum/visualization';
import { wrong } from './errors';
import type { AskedMethod } from './question/methods';
import type { AskedTarget } from './question/target';

/** Numbers with their shape, without the batch dim. */
export interface Numbers {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** What one method says of one target. */
export interface Explanation {
  /** As files are called: `integrated-gradients`, with the target behind it where there are several. */
  readonly id: string;
  readonly method: string;
  readonly title: string;
  readonly summary: string;
  /** Options that are not the default, and the layer, in few words. */
  readonly detail: string;
  readonly paper?: string;
  /** What was explained, in words. */
  readonly target: string;
  /** Place in the output, where one class was explained. */
  readonly index?: number;
  /** Like the input, or the layer. */
  readonly values: Numbers;
  readonly standardError?: Numbers;
  /** In the size of the photograph, channels summed. */
  readonly map: AttributionMap;
  readonly score: number;
  readonly baselineScore?: number;
  /** Σ values − what they should sum to; of methods that promise completeness. */
  readonly convergenceDelta?: number;
  readonly seconds: number;
  /** Model rows, forward. */
  readonly rows: number;
  readonly notes: readonly string[];
  /** Options and circumstances by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface About {
  readonly asked: AskedMethod;
  readonly target: Omit<AskedTarget, 'target'>;
  readonly several: boolean;
  readonly seen: Picture;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Reads a result and disposes it. */
export async function explanationOf(why: Attribution<Tensor>, about: About): Promise<Explanation> {
  const { asked, target, several, seen, parameters } = about;
  try {
    const [convergenceDelta, score = 0, baselineScore] = [
      why.convergenceDelta?.[0],
      why.score[0],
      why.baselineScore?.[0],
    ];
    const complete = asked.method.complete && convergenceDelta !== undefined;
    const { paper } = asked;
    return {
      id: several ? `${asked.id}-${target.id}` : asked.id,
      method: asked.name,
      title: asked.title,
      summary: asked.summary,
      detail: [asked.detail, asked.method.layerOnly && `at ${parameters.layer}`].filter(Boolean).join(', '),
      ...(paper !== undefined && { paper }),
      target: target.title,
      ...(target.index !== undefined && { index: target.index }),
      values: await numbersOf(why.values),
      ...(why.standardError && { standardError: await numbersOf(why.standardError) }),
      map: await mapOf(why.values, seen, asked),
      score,
      ...(baselineScore !== undefined && { baselineScore }),
      ...(complete && { convergenceDelta }),
      seconds: why.cost.milliseconds / 1000,
      rows: why.cost.forward,
      notes: why.notes,
      parameters,
    };
  } finally {
    why.dispose();
  }
}

const numbersOf = async (tensor: Tensor): Promise<Numbers> => ({
  values: Float32Array.from(await tensor.data()),
  shape: tensor.shape.slice(1),
});

/** The attribution in the size of the photograph. */
async function mapOf(values: Tensor, { width, height }: Picture, { name }: AskedMethod): Promise<AttributionMap> {
  if (values.rank !== 4)
    throw wrong(
      'site',
      `${name} at a layer of shape [${values.shape.slice(1)}]`,
      'one with the layout of a picture, [height, width, channels]',
      'Choose another with --layer; `vitrum layers` lists them.',
    );
  if (values.shape[1] === height && values.shape[2] === width) return attributionMap(values);
  const full = interpolate(values, [height, width], { mode: 'bilinear' });
  try {
    return await attributionMap(full);
  } finally {
    full.dispose();
  }
}
