import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import * as core from '@vitrum/core';
import * as gradientMethods from '@vitrum/gradient-methods';
import * as layerMethods from '@vitrum/layer-methods';
import * as perturbationMethods from '@vitrum/perturbation-methods';
import { beforeAll, describe, expect, test } from 'vitest';
import { methods, wrappers } from 'vitrum';
import { openBackend, seeded } from '../src';
import { disposeModel, loadModel } from '../src/golden/models';
import { readPage } from '../src/page';

const page = await readPage(new URL('../../../docs/from-captum.md', import.meta.url));
const golden = (name: string) => fileURLToPath(new URL(`../golden/models/${name}`, import.meta.url));

/** The rows of the tables whose second column is a call: what Captum says, and what is said here. */
const rows = page.text
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\|?\s*|\s*\|?$/g, '')))
  .flatMap(([captum, here = '']) => {
    const call = /^`((?:attribute|interpolate)\(.*\))`$/.exec(here)?.[1];
    return captum && call ? [[captum, call] as const] : [];
  });

/** The other calls: a sentence, and the lines of the programs. */
const calls = [
  ...Array.from(page.text.matchAll(/^`(attributeEach\(.*?\))` /gm), ([, call = '']) => call),
  ...page.blocks('ts').flatMap((program) => program.trim().split('\n')),
];

/** What Captum has that is here, by the names of its classes. */
const captum = [
  ...['Saliency', 'InputXGradient', 'IntegratedGradients', 'GradientShap', 'Deconvolution', 'GuidedBackprop'],
  ...['GuidedGradCam', 'DeepLift', 'DeepLiftShap', 'LRP', 'NoiseTunnel', 'FeatureAblation', 'Occlusion'],
  ...['LayerActivation', 'LayerGradientXActivation', 'LayerIntegratedGradients', 'LayerGradientShap', 'LayerDeepLift'],
  ...['LayerDeepLiftShap', 'LayerLRP', 'LayerFeatureAblation', 'LayerGradCam', 'LayerAttribution.interpolate'],
  ...['NeuronGradient', 'NeuronIntegratedGradients', 'NeuronGradientShap', 'NeuronDeepLift', 'NeuronDeepLiftShap'],
  ...['NeuronDeconvolution', 'NeuronGuidedBackprop', 'NeuronFeatureAblation', 'InterpretableEmbeddingBase'],
];

/** What Captum has beside, by the names of its classes and functions. */
const besides = [
  ...['Attribution', 'GradientAttribution', 'PerturbationAttribution', 'LayerAttribution', 'TokenReferenceBase'],
  ...['FeaturePermutation', 'LayerFeaturePermutation', 'ShapleyValueSampling', 'ShapleyValues', 'Lime', 'LimeBase'],
  ...['KernelShap', 'LayerConductance', 'InternalInfluence', 'NeuronConductance', 'DataLoaderAttribution'],
  ...['LLMAttribution', 'LLMGradientAttribution', 'LLMAttributionResult', 'RemoteLLMAttribution', 'RemoteLLMProvider'],
  ...['VLLMProvider', 'InterpretableInput', 'TextTemplateInput', 'TextTokenInput', 'ProductBaselines'],
  ...['configure_interpretable_embedding_layer', 'remove_interpretable_embedding_layer', 'ModelInputWrapper'],
  ...['Summarizer', 'SummarizerSingleTensor', 'ClassSummarizer', 'CommonStats', 'Count', 'Mean', 'MSE', 'Var'],
  ...['StdDev', 'Min', 'Max', 'Sum', 'infidelity', 'infidelity_perturb_func_decorator', 'sensitivity_max'],
  ...['FGSM', 'PGD', 'Perturbation', 'MinParamPerturbation', 'AttackComparator', 'TCAV', 'CAV', 'Concept'],
  ...['ConceptInterpreter', 'Classifier', 'DefaultClassifier', 'DataInfluence', 'SimilarityInfluence'],
  ...['TracInCPBase', 'TracInCP', 'TracInCPFast', 'TracInCPFastRandProj', 'NaiveInfluenceFunction'],
  ...['ArnoldiInfluenceFunction', 'BinaryConcreteStochasticGates', 'GaussianStochasticGates', 'StochasticGatesBase'],
  ...['AttributionVisualizer', 'Batch', 'ImageFeature', 'TextFeature', 'GeneralFeature', 'EmptyFeature'],
];

type Made = core.Attribution<tf.Tensor> | tf.Tensor;

const packages = { ...core, ...gradientMethods, ...layerMethods, ...perturbationMethods };

beforeAll(() => openBackend('cpu'));

describe('on the page for people who know Captum', () => {
  test.each([...rows, ...calls.map((call) => ['also', call] as const)])('%s: %s', async (_, call) => {
    const [model, text] = [await loadModel(golden('cnn-small')), await loadModel(golden('text-conv'))];
    const [x, map, rows] = [seeded(1, [2, 16, 16, 3]), seeded(2, [2, 4, 4, 1]), seeded(3, [4, 16, 16, 3])];
    const features = tf.tidy(() => tf.reshape(tf.tensor1d([...Array(16).keys()], 'int32'), [1, 4, 1, 4, 1, 1]));
    const one = tf.scalar(1, 'int32');
    const quarters = tf.tidy(() => tf.reshape(tf.tile(features, [1, 1, 4, 1, 4, 1]), [1, 16, 16, 1]));
    const ids = tf.tensor2d([[3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]], undefined, 'float32');
    const scope = {
      ...packages,
      tf,
      model,
      text,
      x,
      ids,
      map,
      rows,
      features: quarters,
      one,
      method: gradientMethods.saliency(),
      target: 3,
      at: core.layer('conv2d_2'),
    };
    // The page is ours, and its calls are to be the very ones that run.
    const run = new Function(...Object.keys(scope), `return ${call.replace(/^await |;.*$/g, '')}`);
    const made: Made | Made[] = await run(...Object.values(scope));
    for (const one of Array.isArray(made) ? made : [made]) {
      const values = 'values' in one ? one.values : one;
      expect(values.shape[0]).toBe(call.includes('text') ? 1 : 2);
      expect((await values.data()).some((value) => value !== 0)).toBe(true);
      one.dispose();
    }
    tf.dispose([x, map, rows, features, quarters, ids, one]);
    disposeModel(model);
    disposeModel(text);
  });

  test.each(captum)('there is a row for %s', (name) => {
    expect(rows.some(([said]) => said.startsWith(`\`${name}\``))).toBe(true);
  });

  test.each(besides)('%s is in the first column of a row that says what there is, or not yet', (name) => {
    const row = page.text.split('\n').find((line) => line.split(' | ')[0]?.includes(`\`${name}\``));
    expect(row?.split(' | ')[1]?.trim()).toMatch(/\w/);
  });

  test('there is every method that there is', () => {
    const said = rows.map(([, call]) => call).join('\n');
    for (const name of [...Object.keys(methods), ...Object.keys(wrappers)]) expect(said).toContain(`${name}(`);
  });
});
