import { cpus } from 'node:os';
import { dispose, randomNormal, type Tensor } from '@tensorflow/tfjs-core';
import {
  type AttributeOptions,
  type Attribution,
  attribute,
  distribution,
  layer,
  type Model,
  prepare,
} from '@vitrum/core';
import '@vitrum/workers';
import { methods } from 'vitrum';
import { openBackend } from '../backends';
import { type Captum, howToInstall, startCaptum } from '../captum';
import { load } from '../machine';
import { alternate, type Clock, type Effort, median, processorTime, timed } from '../measure';
import { type Network, openNetwork } from '../network';
import { digits, type Line } from '../table';
import { sideForward } from './network';

type Call = Omit<AttributeOptions, 'method' | 'target'>;

/** A method as both sides run it. */
interface Work {
  /** Its name here. */
  readonly name: string;
  /** Its name in peer/captum_peer.py. @defaultValue `name` */
  readonly peer?: string;
  readonly does: string;
  readonly options?: object;
  readonly call?: Call;
  /** Rows to draw baselines from, as the peer has them: so many, of normal numbers with a standard deviation of ½. */
  readonly baselines?: number;
  /** Pictures at once; times are per picture. @defaultValue 1 */
  readonly batch?: number;
  readonly bar: number;
  readonly goal: number;
  /** Draws samples, so that both sides answer differently. */
  readonly sampled?: boolean;
  /** Takes many rows: two workers help, and the bar is theirs. */
  readonly long?: boolean;
}

/** What run.mjs makes of src/thread.ts. */
const thread = new URL('../../dist/thread.mjs', import.meta.url);

const camLayer = layer('blocks/10/add');

const works: readonly Work[] = [
  { name: 'saliency', does: '', batch: 4, bar: 2.2, goal: 1.5 },
  { name: 'guidedBackprop', does: '', batch: 4, bar: 2.2, goal: 1.5 },
  { name: 'deconvolution', does: '', batch: 4, bar: 2.2, goal: 1.5 },
  { name: 'deepLift', does: '', batch: 4, bar: 2.2, goal: 1.5 },
  { name: 'lrp', does: ', epsilon', batch: 4, bar: 2.2, goal: 1.5 },
  { name: 'gradCam', does: ' at blocks/10/add', batch: 4, call: { at: camLayer }, bar: 2.2, goal: 1.5 },
  {
    name: 'guidedGradCam',
    does: ' at blocks/10/add',
    options: { layer: 'blocks/10/add' },
    batch: 4,
    bar: 2.2,
    goal: 1.5,
  },
  { name: 'integratedGradients', does: ', 50 steps', options: { steps: 50 }, bar: 1.5, goal: 0.9, long: true },
  {
    name: 'integratedGradients',
    peer: 'integratedGradients200',
    does: ', 200 steps',
    options: { steps: 200 },
    bar: 1.5,
    goal: 0.9,
    long: true,
  },
  {
    name: 'gradientShap',
    does: ', 50 samples',
    options: { samples: 50 },
    baselines: 10,
    bar: 1.5,
    goal: 0.9,
    sampled: true,
    long: true,
  },
  {
    name: 'occlusion',
    does: ', 15 × 15 windows, stride 8',
    options: { window: [15, 15, 3], strides: [8, 8, 3] },
    bar: 1.4,
    goal: 0.7,
    long: true,
  },
];

/** Methods of Vitrum next to those of Captum: the same network, weights and picture, in turn. */
export async function peer(only?: readonly string[]): Promise<Line[]> {
  const section = 'peer';
  await openBackend('wasm');
  const net = await openNetwork();
  const captum = await startCaptum(Float32Array.from(await net.photo.data()), net.target);
  if (!captum) {
    net.dispose();
    return [{ section, what: 'Captum on PyTorch', absent: howToInstall }];
  }
  process.stderr.write(`${captum.versions}\n`);
  const helped = await prepare(net.model, { workers: { count: 2, load: thread } });
  const lines: Line[] = [];
  try {
    if (!only || only.includes('forward')) lines.push(await compareForward(net, captum));
    for (const work of works) {
      if (only && !only.includes(work.peer ?? work.name)) continue;
      process.stderr.write(`  ${work.name}${work.does} …\n`);
      lines.push(...(work.name in methods ? await compare(work, net, helped, captum) : [absent(work)]));
    }
    return lines;
  } finally {
    await captum.close();
    helped.dispose();
    net.dispose();
  }
}

const absent = ({ name, does }: Work): Line => ({ section: 'peer', what: name + does, absent: 'not registered yet' });

async function compareForward(net: Network, captum: Captum): Promise<Line> {
  const batch = 4;
  const theirs = async () => (await captum.run('forward', batch)) / batch;
  const [ours = [], others = []] = await alternate([sideForward(net, batch), theirs], quick);
  return {
    section: 'peer',
    what: 'forward alone, a picture at batch 4, wasm',
    ours,
    against: { name: 'PyTorch', runs: others },
  };
}

const quick: Effort = { atLeast: 3, atMost: 25, milliseconds: 6000, warmUp: 1 };
const slow: Effort = { atLeast: 3, atMost: 5, milliseconds: 60_000, warmUp: 1 };

async function compare(work: Work, net: Network, helped: Model, captum: Captum): Promise<Line[]> {
  const { name, peer = name, does, batch = 1, bar, goal, long, sampled } = work;
  const x = net.copies(batch);
  const method = methods[name]?.(work.options);
  if (!method) throw new Error(`no method ${name}`);
  const size = long ? {} : { batchSize: batch };
  const rows = work.baselines && randomNormal([work.baselines, ...net.photo.shape.slice(1)], 0, 0.5, 'float32', 1);
  const drawn = rows && { baseline: distribution(rows) };
  const run = (model: Model) => attribute(model, x, { method, target: net.target, ...size, ...work.call, ...drawn });
  const ours = (model: Model, clock?: Clock) => async () => {
    const milliseconds = await timed(async () => {
      const why = await run(model);
      await why.values.data();
      why.dispose();
    }, clock);
    return milliseconds / batch;
  };
  const theirs = async () => (await captum.run(peer, batch)) / batch;
  const alone = async () => (await captum.runAlone(peer, batch)) / batch;
  const effort = long ? slow : quick;
  // Two threads that wait for each other suffer more from other work than one: then nothing is said of the bar.
  const quiet = load() <= cpus().length + 1;
  const sides = [ours(net.model), theirs, ...(long ? [ours(helped)] : [])];
  const [own = [], others = [], together] = await alternate(sides, effort);
  const [ownAlone = [], othersAlone = []] = await alternate([ours(net.model, processorTime), alone], {
    ...effort,
    warmUp: 0,
  });
  const notes = [
    ...(quiet ? [] : ['machine too busy to judge']),
    `one thread each, processor time: ${digits(median(ownAlone))} against ${digits(median(othersAlone))} ms`,
    ...(sampled
      ? []
      : [
          `answers differ by ${digits(await difference(await run(net.model), await captum.values(peer, batch)))} of the largest`,
        ]),
  ];
  dispose([x, ...(rows ? [rows] : [])]);
  const against = { name: 'Captum', runs: others };
  const what = `${name}${does}, a picture${batch > 1 ? ` at batch ${batch}` : ''}, wasm`;
  const bars = quiet ? { bar, goal } : {};
  const single: Line = { section: 'peer', what, ours: own, against, note: notes.join('; '), ...(!together && bars) };
  if (!together) return [single];
  return [single, { section: 'peer', what: `${what}, two workers`, ours: together, against, ...bars }];
}

/** The largest difference between both answers, over the largest value. Disposes ours. */
async function difference(why: Attribution<Tensor>, theirs: Float32Array): Promise<number> {
  const ours = Float32Array.from(await why.values.data());
  why.dispose();
  if (ours.length !== theirs.length) throw new Error(`${ours.length} values here, ${theirs.length} there`);
  const scale = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0) / scale;
}
