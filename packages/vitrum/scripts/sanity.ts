/**
 * Draws docs/sanity.png and writes docs/sanity.md: what becomes of each method's map of the cat when the network forgets
 * what it has learnt, from the last layer down (Adebayo et al. 2018, Sanity Checks for Saliency Maps).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { dispose, keep, moments, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { wasm } from '@vitrum/backend-wasm';
import { type AttributionMethod, attribute, layer, prepare, seededRandom, useBackend } from '@vitrum/core';
import { chelsea224, loadEfficientNetLite0, preprocess } from '@vitrum/efficientnet-lite0';
import {
  deconvolution,
  deepLift,
  epsilonGammaBox,
  guidedBackprop,
  inputXGradient,
  integratedGradients,
  lrp,
  saliency,
  smoothGrad,
} from '@vitrum/gradient-methods';
import { gradCam, guidedGradCam, interpolate } from '@vitrum/layer-methods';
import {
  type AttributionMap,
  attributionMap,
  type Drawing,
  decodePng,
  drawSheet,
  encodePng,
  heatMap,
} from '@vitrum/visualization';

const node = 'blocks/10/add';
const rows: readonly { title: string; method: AttributionMethod; at?: string }[] = [
  { title: 'Saliency', method: saliency() },
  { title: 'Input × gradient', method: inputXGradient() },
  { title: 'Integrated Gradients', method: integratedGradients({ steps: 20 }) },
  { title: 'SmoothGrad of saliency', method: smoothGrad(saliency(), { samples: 10, noise: 0.15 }) },
  { title: 'DeepLIFT', method: deepLift() },
  { title: 'LRP, εγ-box', method: lrp({ composite: epsilonGammaBox({ low: -1, high: 1 }) }) },
  { title: 'Grad-CAM', method: gradCam({ relu: true }), at: node },
  { title: 'Guided Grad-CAM', method: guidedGradCam({ layer: node }) },
  { title: 'Guided backpropagation', method: guidedBackprop() },
  { title: 'Deconvolution', method: deconvolution() },
];

/** How much is forgotten, from the top down; each adds to the one before. */
const stages: readonly { title: string; forgets: (weight: string) => boolean }[] = [
  { title: 'trained', forgets: () => false },
  { title: 'last layer at random', forgets: (weight) => weight.startsWith('logits') },
  { title: 'down to block 10 at random', forgets: (weight) => /^(logits|head|blocks\/1[0-5])/.test(weight) },
  { title: 'all at random', forgets: () => true },
];

await useBackend(wasm());
const photo = decodePng(await readFile(chelsea224));
const x = preprocess(photo);
const target = 282; // tiger cat
const maps: AttributionMap[][] = rows.map(() => []);
for (const { title, forgets } of stages) {
  const network = await loadEfficientNetLite0();
  await forget(network.weights, forgets);
  const model = await prepare(network);
  for (const [i, { method, at }] of rows.entries()) {
    const why = await attribute(model, x, { method, target, ...(at !== undefined && { at: layer(at) }) });
    const full = at === undefined ? why.values : interpolate(why.values, [224, 224], { mode: 'bilinear' });
    maps[i]?.push(await attributionMap(full));
    dispose([full, why.values]);
  }
  model.dispose();
  network.dispose();
  process.stdout.write(`${title}\n`);
}
x.dispose();

const correlations = maps.map((row) => row.map((map) => rankCorrelation(row[0] as AttributionMap, map)));
const drawings = rows.flatMap(({ title }, i): Drawing[] =>
  (maps[i] ?? []).map((map, stage) => ({
    ...heatMap(map, { sign: 'absolute' }),
    title: stage === 0 ? title : (stages[stage]?.title ?? ''),
    caption: stage === 0 ? 'as trained' : `rank correlation ${inDigits(correlations[i]?.[stage])}`,
  })),
);
const sheet = drawSheet(drawings, {
  title: 'Does the map depend on what the network has learnt?',
  subtitle:
    'EfficientNet-Lite0 with weights drawn anew from the last layer down. Magnitudes; each map on its own scale.',
  columns: stages.length,
  panelWidth: 224,
});
const docs = new URL('../../../docs/', import.meta.url);
await writeFile(new URL('sanity.png', docs), encodePng(sheet));
await writeFile(new URL('sanity.md', docs), page());

/** Puts random weights with the mean and spread of the learnt ones in their place, which it disposes. */
async function forget(weights: Record<string, Tensor[]>, forgets: (name: string) => boolean): Promise<void> {
  const names = Object.keys(weights).filter((name) => forgets(name));
  for (const [i, name] of names.sort().entries()) {
    const [learnt] = weights[name] ?? [];
    if (learnt?.dtype !== 'float32' || learnt.size < 2) continue;
    const { mean, variance } = tidy(() => moments(learnt));
    const [middle = 0, spread = 0] = [(await mean.data())[0], Math.sqrt((await variance.data())[0] ?? 0)];
    const drawn = seededRandom(1).normal({ example: 0, sample: i, tensor: 0 }, learnt.size, spread);
    weights[name] = [
      keep(
        tensor(
          drawn.map((value) => value + middle),
          learnt.shape,
        ),
      ),
    ];
    dispose([mean, variance, learnt]);
  }
}

/** Two digits behind the point, with a real minus sign. */
function inDigits(correlation = 0): string {
  return correlation.toFixed(2).replace('-', '−');
}

/** Spearman's rank correlation of the magnitudes; equal ones share their mean rank. */
function rankCorrelation(a: AttributionMap, b: AttributionMap): number {
  const [ranksA, ranksB] = [ranks(a.values), ranks(b.values)];
  const middle = (ranksA.length - 1) / 2;
  let [products, squaresA, squaresB] = [0, 0, 0];
  ranksA.forEach((rank, i) => {
    const other = (ranksB[i] ?? 0) - middle;
    products += (rank - middle) * other;
    squaresA += (rank - middle) ** 2;
    squaresB += other ** 2;
  });
  return products / Math.sqrt(squaresA * squaresB);
}

function ranks(values: Float32Array): Float64Array {
  const size = (i: number | undefined) => Math.abs(values[i ?? 0] ?? 0);
  const order = Array.from(values, (_, i) => i).sort((i, j) => size(i) - size(j));
  const result = new Float64Array(order.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && size(order[end]) === size(order[start])) end++;
    for (const i of order.slice(start, end)) result[i] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}

function page(): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(['method', ...stages.slice(1).map(({ title }) => title)]),
    line(stages.map(() => '---')),
    ...rows.map(({ title }, i) =>
      line([title, ...stages.slice(1).map((_, stage) => inDigits(correlations[i]?.[stage + 1]))]),
    ),
  ];
  return `# Does the map depend on what the network has learnt?

A method that explains a network should give another map when the network forgets what it has learnt. Here the weights of EfficientNet-Lite0 are drawn anew, with
the mean and spread of the learnt ones, from the last layer down, and each method explains "tiger cat" again (Adebayo et al. 2018, Sanity Checks for Saliency Maps).

![Each method's map of the cat, with trained weights and with more and more of them at random](sanity.png)

Spearman's rank correlation of the magnitudes with those of the trained network, over 224 × 224 positions; 1 is the same order, 0 none in common:

${table.join('\n')}

Every method notices when all is forgotten. Guided backpropagation and deconvolution do not notice that the last layer, and with it every class, is at random: they
draw what the layers below respond to, whatever is asked (Nie et al. 2018, A Theoretical Explanation for Perplexing Behaviors of Backpropagation-based
Visualizations). LRP with rules that favour positive contributions shares a part of that (Sixt et al. 2020, When Explanations Lie). Do not read those as evidence for
a class.

\`npx tsx --conditions=source packages/vitrum/scripts/sanity.ts\` makes this page.
`;
}
