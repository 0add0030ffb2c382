import { keep, mul, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { AttributionError } from '../errors';
import { type Flaw, firstFlaw, flawOf, notFinite } from '../finite';
import type { TapeNode, Tensors } from '../tape/node';
import type { Recorded } from '../tape/record';
import type { Evaluation, ModelRecording } from './recording';
import type { Session } from './session';

/**
 * Finds what made the score of a recording NaN or infinite, or its outputs where there is no score: the inputs, a weight,
 * or the first operation that gave such a number. Reads every tensor of the recording, so it is only for when that is known.
 * @throws AttributionError `not-finite`, if there is such a number
 */
export async function inspectForward(
  session: Session,
  recording: ModelRecording,
  evaluation: Evaluation,
): Promise<void> {
  const { scores, outputs, tape } = recording;
  const scored = scores.length > 0;
  const symptom = await firstFlaw(scored ? scores : [...outputs.tensors, ...evaluation.read.flatMap(recording.at)]);
  if (!symptom) return;
  const { rows } = evaluation;
  const row = Math.floor((symptom.index * rows.example.length) / symptom.tensor.size);
  const of = `${symptom.value} ${scored ? 'as the score' : 'in an output'} of example ${rows.example[row]}`;
  const alike = (flaw: Flaw | undefined) =>
    flaw !== undefined && Number.isNaN(flaw.value) === Number.isNaN(symptom.value) ? flaw : undefined;

  for (const [name, tensor] of given(session, evaluation)) {
    if (!alike(await flawOf(tensor))) continue;
    throw new AttributionError('not-finite', {
      got: `${of}, with ${symptom.value} in ${name}`,
      expected: 'finite numbers in what the model is given',
      fix: 'Replace them before the call, for example by 0 or by a mean; look at the inputs, the baseline and the noise.',
    });
  }
  for (const node of tape.nodes) {
    if (!alike(await firstFlaw(node.outputs))) continue;
    const place = recording.place(node.index);
    throw new AttributionError('not-finite', {
      got: `${of}, first given by`,
      operation: { kernel: node.kernel, index: node.index, ...(place && { place }) },
      expected: 'finite numbers all through the model',
      fix: await advice(node, tape.nodes, alike),
    });
  }
  throw notFinite(of);
}

/** What the model was given, with its name for people. */
function given({ container, model }: Session, { inputs, put }: Evaluation): [string, Tensor][] {
  const { tensors } = container.arrange(inputs, container.context);
  const named = tensors.map((tensor, i): [string, Tensor] => [
    `input "${container.names?.[i] ?? model.inputs?.[i]?.name ?? i}"`,
    tensor,
  ]);
  return [
    ...named,
    ...(put?.values ?? []).map((tensor): [string, Tensor] => [`the points at ${put?.site.layer}`, tensor]),
  ];
}

async function advice(
  node: Recorded,
  nodes: readonly Recorded[],
  alike: (flaw: Flaw | undefined) => Flaw | undefined,
): Promise<string> {
  for (const [i, input] of node.inputs.entries()) {
    const flaw = await flawOf(input);
    if (!flaw) continue;
    const name = node.names[i];
    if (alike(flaw))
      return `Its input "${name}" holds ${flaw.value} already: look at the weights and constants of the model.`;
    const origin = await firstWithFlaw(nodes);
    return `Its input "${name}" holds ${flaw.value}${origin ? `, which came with operation ${origin.index}, kernel ${origin.kernel}` : ''}: keep it finite.`;
  }
  return `Keep the inputs of ${node.kernel} where it is defined, such as no log or root of negative numbers and no division by 0; look at the preprocessing and the baseline.`;
}

async function firstWithFlaw(nodes: readonly Recorded[]): Promise<Recorded | undefined> {
  for (const node of nodes) if (await firstFlaw(node.outputs)) return node;
  return undefined;
}

/** Notes of every signal on the walk back whether it is finite. A class because it owns tensors until it is asked. */
export interface BackwardInspection {
  see(node: TapeNode, shares: Tensors): void;
  /** @throws AttributionError `not-finite`, naming the first operation that sent such a signal */
  report(place: ModelRecording['place']): Promise<void>;
  dispose(): void;
}

export function inspectBackward(): BackwardInspection {
  const checks: { readonly node: TapeNode; readonly zero: Tensor }[] = [];
  return {
    see(node, shares) {
      // 0 · x is 0, unless x is not finite: a number to read instead of the whole signal.
      for (const share of shares) checks.push({ node, zero: keep(tidy(() => sum(mul(share, 0)))) });
    },
    async report(placeOf) {
      for (const { node, zero } of checks) {
        if (!(await flawOf(zero))) continue;
        const place = placeOf(node.index);
        throw new AttributionError('not-finite', {
          got: 'a gradient that is not finite, walking back first from',
          operation: { kernel: node.kernel, index: node.index, ...(place && { place }) },
          expected: 'finite gradients, as the score is finite',
          fix: `${node.kernel} has no finite slope there, like a root or a norm at 0. Move the input or the baseline off that point, add a small number inside the model, or use a perturbation method such as occlusion().`,
        });
      }
    },
    dispose() {
      for (const { zero } of checks) zero.dispose();
    },
  };
}
