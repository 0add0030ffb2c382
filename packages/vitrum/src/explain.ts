import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { type Attribution, type AttributionMethod, attribute, layer, prepare } from '@vitrum/core';
import { crop, loadEfficientNetLite0, type Prediction, preprocess, top } from '@vitrum/efficientnet-lite0';
import { integratedGradients } from '@vitrum/gradient-methods';
import { gradCam, interpolate } from '@vitrum/layer-methods';
import { occlusion } from '@vitrum/perturbation-methods';
import {
  type AttributionMap,
  attributionMap,
  blendedHeatMap,
  type Drawing,
  drawSheet,
  heatMap,
  maskedImage,
  original,
  type Picture,
} from '@vitrum/visualization';

export interface ExplainOptions {
  /** Class to explain, 0 to 999. @defaultValue the predicted one */
  readonly target?: number;
  /** Node of the network that Grad-CAM looks at. @defaultValue 'blocks/10/add', 14 × 14 positions */
  readonly layer?: string;
  /** Told when a method begins, while it runs and when it is done. */
  readonly onEvent?: (event: ExplainEvent) => void;
}

export type ExplainEvent =
  | { readonly kind: 'predicted'; readonly predictions: readonly Prediction[] }
  | { readonly kind: 'progress'; readonly title: string; readonly done: number; readonly total: number }
  | { readonly kind: 'explained'; readonly explanation: Explanation };

/** One method's answer and its pictures. */
export interface Explanation {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  /** Rows the model ran. */
  readonly rows: number;
  /** Σφ − (S(x) − S(baseline)) beside S(x) − S(baseline), for a method that promises completeness. */
  readonly completeness?: { readonly delta: number; readonly difference: number };
  readonly notes: readonly string[];
  readonly drawings: Readonly<Record<string, Drawing>>;
}

export interface Report {
  readonly photograph: Picture;
  readonly explanations: readonly Explanation[];
  /** All of it on one page. */
  readonly sheet: Picture;
}

/** The three methods of the walk-through: along a path, by covering up, inside the network. */
const walkThrough = (node: string) => [
  {
    name: 'integrated-gradients',
    title: 'Integrated Gradients',
    detail: '200 steps from mid-grey',
    method: integratedGradients({ steps: 200 }),
  },
  {
    name: 'occlusion',
    title: 'Occlusion',
    detail: '15 × 15 windows, stride 8',
    method: occlusion({ window: [15, 15, 3], strides: [8, 8, 3] }),
  },
  { name: 'grad-cam', title: 'Grad-CAM', detail: `at ${node}`, method: gradCam(), node },
];

/** Asks EfficientNet-Lite0 what it sees in a photograph and explains the answer with three methods, each drawn four ways. */
export async function explain(photo: Picture, options: ExplainOptions = {}): Promise<Report> {
  const { layer: node = 'blocks/10/add', onEvent = () => {} } = options;
  const network = await loadEfficientNetLite0();
  const model = await prepare(network);
  const photograph = crop(photo);
  const x = preprocess(photo);
  try {
    const logits = network.execute(x) as Tensor; // the network has one output
    const predictions = await top(logits);
    logits.dispose();
    onEvent({ kind: 'predicted', predictions });
    const target = options.target ?? predictions[0]?.index ?? 0;
    const explanations: Explanation[] = [];
    for (const { title, name, detail, method, node: at } of walkThrough(node)) {
      const why = await attribute(model, x, {
        method,
        target,
        ...(at !== undefined && { at: layer(at) }),
        onProgress: ({ done, total }) => onEvent({ kind: 'progress', title, done, total }),
      });
      const explanation = { name, title, ...(await describe(why, photograph, method, title, detail)) };
      explanations.push(explanation);
      onEvent({ kind: 'explained', explanation });
    }
    return { photograph, explanations, sheet: drawPage(photograph, explanations, predictions, target) };
  } finally {
    dispose(x);
    model.dispose();
    network.dispose();
  }
}

async function describe(
  why: Attribution<Tensor>,
  photograph: Picture,
  method: AttributionMethod,
  title: string,
  detail: string,
) {
  const map = await mapOf(why, photograph);
  const [delta, score, baselineScore] = [why.convergenceDelta?.[0], why.score[0], why.baselineScore?.[0]];
  const complete = method.complete && delta !== undefined && score !== undefined && baselineScore !== undefined;
  return {
    seconds: why.cost.milliseconds / 1000,
    rows: why.cost.forward,
    notes: why.notes,
    ...(complete && { completeness: { delta, difference: score - baselineScore } }),
    drawings: draw(map, photograph, title, detail),
  };
}

/** The attribution in the size of the photograph. Disposes it. */
async function mapOf(why: Attribution<Tensor>, photograph: Picture): Promise<AttributionMap> {
  const { values } = why;
  const atLayer = values.shape[1] !== photograph.height || values.shape[2] !== photograph.width;
  const full = atLayer ? interpolate(values, [photograph.height, photograph.width], { mode: 'bilinear' }) : values;
  try {
    return await attributionMap(full);
  } finally {
    full.dispose();
    why.dispose();
  }
}

function draw(map: AttributionMap, photograph: Picture, title: string, detail: string): Record<string, Drawing> {
  return {
    original: { ...original(photograph), title, caption: detail },
    'heat-map': heatMap(map),
    overlay: {
      ...blendedHeatMap(map, photograph),
      title: 'For and against',
      caption: 'red speaks for the class, blue against it',
    },
    positive: { ...heatMap(map, { sign: 'positive' }), title: 'For', caption: 'what raises the score' },
    negative: { ...heatMap(map, { sign: 'negative' }), title: 'Against', caption: 'what lowers the score' },
    masked: { ...maskedImage(map, photograph), title: 'Masked', caption: 'the photograph where it speaks for it' },
  };
}

function drawPage(
  photograph: Picture,
  explanations: readonly Explanation[],
  predictions: readonly Prediction[],
  target: number,
): Picture {
  const answer = predictions.find(({ index }) => index === target);
  const what = answer ? `${answer.label}, ${(answer.probability * 100).toFixed(1)} %` : `class ${target}`;
  const shown = ['original', 'overlay', 'positive', 'negative', 'masked'];
  const rows = explanations.flatMap(({ drawings }) => shown.flatMap((name) => drawings[name] ?? []));
  return drawSheet(rows, {
    title: `What did the network look at? “${what}”`,
    subtitle: 'EfficientNet-Lite0, explained by Vitrum. Numbers are in units of the score, the logit of the class.',
    columns: shown.length,
    panelWidth: photograph.width,
  });
}
