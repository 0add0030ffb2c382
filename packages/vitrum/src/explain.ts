import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributeOptions, type Attribution, attribute, attributeEach, layer } from '@vitrum/core';
import type { Picture } from '@vitrum/visualization';
import { wrong } from './errors';
import { type Explanation, explanationOf } from './explanation';
import { inputOf, type Network } from './network/network';
import { type Prediction, predictionsOf } from './network/predictions';
import { askedBaseline } from './question/baseline';
import { type AskedFeatures, askedFeatures } from './question/features';
import { type AskedMethod, spoken } from './question/methods';
import { type AskedTarget, askedTargets, type TargetOptions } from './question/target';

/** What is asked of a photograph. */
export interface Question extends TargetOptions {
  readonly methods: readonly AskedMethod[];
  /** Where methods look that look inside. */
  readonly layer?: string;
  readonly baseline?: string;
  readonly features?: string;
  readonly seed: number;
}

/** What is told while it is answered. */
export interface Listener {
  predicted?(predictions: readonly Prediction[]): void;
  progress?(title: string, done: number, total: number): void;
  explained?(explanation: Explanation): void;
  readonly signal?: AbortSignal;
}

/** The answers to a question about one photograph. */
export interface Answer {
  /** What the model saw. */
  readonly seen: Picture;
  /** All classes, the likeliest first. */
  readonly predictions: readonly Prediction[];
  readonly explanations: readonly Explanation[];
}

/** Asks a network what it sees in a photograph, and every method why. */
export async function explain(
  network: Network,
  photograph: Picture,
  question: Question,
  listener: Listener = {},
): Promise<Answer> {
  const seen = network.crop(photograph);
  const input = inputOf(network, seen);
  try {
    const predictions = await predictionsOf(network, input);
    listener.predicted?.(predictions);
    const targets = askedTargets(question, {
      count: predictions.length,
      ranked: predictions.map(({ index }) => index),
      ...(network.labels && { labels: network.labels }),
    });
    const explanations: Explanation[] = [];
    for (const asked of question.methods) {
      for (const explanation of await answersOf(asked, { network, seen, input, targets, question, listener })) {
        explanations.push(explanation);
        listener.explained?.(explanation);
      }
    }
    return { seen, predictions, explanations };
  } finally {
    input.dispose();
  }
}

interface Circumstances {
  readonly network: Network;
  readonly seen: Picture;
  readonly input: Tensor;
  readonly targets: readonly AskedTarget[];
  readonly question: Question;
  readonly listener: Listener;
}

/** What one method says of each target. */
async function answersOf(asked: AskedMethod, circumstances: Circumstances): Promise<Explanation[]> {
  const { network, seen, input, targets, question, listener } = circumstances;
  const { method, title } = asked;
  const baseline = method.uses.includes('baseline') ? askedBaseline(question.baseline, method, network) : undefined;
  const features = method.uses.includes('features')
    ? askedFeatures(question.features ?? usualFeatures(seen), seen)
    : undefined;
  try {
    const options: AttributeOptions = {
      method,
      seed: question.seed,
      ...(method.layerOnly && { at: layer(layerFor(question.layer, asked)) }),
      ...(baseline && { baseline: baseline.baseline }),
      ...(features && { features: features.mask }),
      ...(listener.signal && { signal: listener.signal }),
      onProgress: ({ done, total }) => listener.progress?.(title, done, total),
    };
    const results = await attributed(network, input, options, targets);
    const parameters = parametersOf(asked, question, baseline?.title, features);
    const several = results.length > 1;
    const explanations: Explanation[] = [];
    for (const [i, why] of results.entries()) {
      const target = method.targetless ? { title: 'no class', id: 'none' } : (targets[i] ?? { title: '', id: '' });
      explanations.push(await explanationOf(why, { asked, target, several, seen, parameters }));
    }
    return explanations;
  } finally {
    dispose([...(baseline?.tensors ?? []), ...(features ? [features.mask] : [])]);
  }
}

function attributed(
  { model }: Network,
  input: Tensor,
  options: AttributeOptions,
  targets: readonly AskedTarget[],
): Promise<Attribution<Tensor>[]> {
  if (options.method.targetless) return attribute(model, input, options).then((why) => [why]);
  return attributeEach(model, input, { ...options, targets: targets.map(({ target }) => target) });
}

/** Some 200 squares, whatever the size. */
const usualFeatures = ({ width, height }: Picture) =>
  `patches:${Math.max(1, Math.round(Math.sqrt((width * height) / 196)))}`;

function layerFor(layer: string | undefined, { name }: AskedMethod): string {
  if (layer !== undefined) return layer;
  throw wrong(
    'site',
    `${name} without a layer`,
    'one, as it looks inside and no convolution was found',
    'Name it with --layer; `vitrum layers` lists them.',
  );
}

function parametersOf(
  { method, options, name }: AskedMethod,
  { layer, seed }: Question,
  baseline: string | undefined,
  features: AskedFeatures | undefined,
): Record<string, string> {
  return {
    method: name,
    ...Object.fromEntries(Object.entries(options).map(([option, value]) => [option, spoken(value)])),
    ...(method.layerOnly && layer !== undefined && { layer }),
    ...(baseline !== undefined && { baseline }),
    ...(features && { features: features.title }),
    ...(!method.deterministic && { seed: String(seed) }),
  };
}
