import { clone, keep as keepTensor, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { isTensor } from '../inputs';
import type { Enter, Outputs, Visit } from '../model/model';
import { isPromise } from '../promise';
import type { RowMap } from '../rows';
import { evaluate, outputsIn, type Score, sitesOf } from '../score';
import { type ResolvedSite, siteKey, type Where } from '../site';
import { alias } from '../tape/engine';
import type { Tensors } from '../tape/node';
import { record, type Tape } from '../tape/record';
import { checkOutputs, checkSite } from './checks';
import type { Resumed } from './prefix';
import type { Session } from './session';

/** One evaluation of the model on a batch of rows. All tensors are borrowed. */
export interface Evaluation {
  readonly inputs: Tensors;
  readonly rows: RowMap;
  /** Values to go on with at a site. */
  readonly put?: { readonly site: ResolvedSite; readonly values: Tensors };
  /** The pass goes on from there, without `inputs`. */
  readonly resumed?: Resumed;
  /** Each recorded, so that each can be differentiated. */
  readonly scores: readonly Score[];
  /** Places to look at. */
  readonly read: readonly Where[];
  /** Places whose gradient will be asked for. */
  readonly grad: readonly Where[];
  /** Record fused operations as two. */
  readonly unfuse: boolean;
  /** Draw the plan of the pass: the place of every operation in it. */
  readonly places: boolean;
  /** Record also what does not depend on the inputs. @defaultValue false */
  readonly everything?: boolean;
}

/** The model's pass on a tape, with what was seen on the way. Owns its tensors. */
export interface ModelRecording {
  readonly tape: Tape;
  readonly outputs: Outputs;
  /** Of each score asked for, shape [rows]. */
  readonly scores: Tensors;
  /** The tensors at a place, whose gradients can be asked for if the place is graded. */
  at(where: Where): Tensors;
  /** How often the model called this layer, if it is that of a place. */
  calls(layer: string): number;
  /** Where in the model an operation lies, in words, if the places were drawn and the model tells. */
  place(index: number): string | undefined;
  dispose(): void;
}

export const whereKey = (where: Where): string => (where === 'inputs' ? where : siteKey(where));

const preposition = { layers: 'in layer', graph: 'in node', function: 'behind tap' } as const;

const clones = (tensors: Tensors): Tensor[] => tensors.map((tensor) => clone(tensor));
const keep = (tensors: Tensors): Tensor[] => tensors.map((tensor) => keepTensor(tensor));

/** Runs the model once on the tape. */
export async function recordModel(session: Session, evaluation: Evaluation): Promise<ModelRecording> {
  const { put, resumed, read, grad, rows, unfuse, everything = false } = evaluation;
  const graded = new Set(grad.map(whereKey));
  const seen = new Map<string, Tensor[]>();
  const calls = new Map<string, number>();
  let outputs: Outputs = { tensors: [] };
  let scores: Tensor[] = [];
  let feed: Tensor[] = [];
  let layer: string | undefined;
  let end = 0;
  const follow: Enter = (name) => {
    layer = name;
  };
  const dispose = () => {
    for (const tensor of [...[...seen.values()].flat(), ...outputs.tensors, ...scores]) tensor.dispose();
  };

  /** Keeps our own copy of what passes a place, and gives the model another, which it may dispose. */
  const pass = (tape: Tape, where: Where, values: Tensors): Tensor[] => {
    const key = whereKey(where);
    if (where !== 'inputs') checkSite(where, key, values, rows.example.length, session.shapes);
    // At a place inside, the way back leads through the copy.
    const own = keep(where === 'inputs' ? values.map(alias) : clones(values));
    seen.set(key, own);
    if (where === 'inputs' || values === put?.values) for (const tensor of own) tape.enter(tensor);
    if (graded.has(key)) for (const tensor of own) if (tensor.dtype === 'float32') tape.watch(tensor);
    return clones(own);
  };
  const places = [...(put ? [put.site] : []), ...read, ...grad, ...evaluation.scores.flatMap(sitesOf)];
  const sites = new Map(places.flatMap((where) => (where === 'inputs' ? [] : [[siteKey(where), where] as const])));

  const run = (tape: Tape) => {
    const visits = [...sites].map(
      ([key, site]): Visit => ({
        site,
        see: (values) => pass(tape, site, put && siteKey(put.site) === key ? put.values : values),
      }),
    );
    const finish = (result: Outputs) =>
      tidy(() => {
        checkOutputs(result);
        end = tape.nodes.length;
        layer = undefined;
        outputs = { ...result, tensors: result.tensors.map(alias) };
        for (const { layer } of sites.values()) calls.set(layer, session.model.calls(layer));
        const at = (site: ResolvedSite) => seen.get(siteKey(site)) ?? [];
        scores = evaluation.scores.map((score) => evaluate(score, result, at, rows));
        return [...outputs.tensors, ...scores];
      });
    const enter = evaluation.places ? follow : undefined;
    if (!resumed) feed = keep(pass(tape, 'inputs', evaluation.inputs));
    for (const tensor of resumed?.crossing ?? context) tape.enter(tensor);
    const named = session.container.arrange(feed, context);
    const result = resumed
      ? resumed.cut.after(resumed.crossing, visits, enter)
      : session.model.run(named, visits, enter, outputsIn(evaluation.scores));
    if (!isPromise(result)) return finish(result);
    return Promise.resolve(result).then((later) => {
      try {
        return finish(later);
      } finally {
        for (const tensor of later.tensors) if (isTensor(tensor) && tape.made(tensor)) tensor.dispose();
      }
    });
  };

  const context = resumed ? [] : tidy(() => session.container.context.map((tensor) => rows.take(tensor)));
  try {
    const { tape } = await record(run, { unfuse, everything, layer: evaluation.places ? () => layer : undefined });
    return {
      tape,
      outputs,
      scores,
      at(where) {
        const tensors = seen.get(whereKey(where));
        if (!tensors) throw new Error(`nothing was seen at ${where === 'inputs' ? where : where.layer}`);
        return tensors;
      },
      calls: (layer) => calls.get(layer) ?? 0,
      place(index) {
        if (index >= end) return 'in the target';
        const layer = tape.nodes[index]?.layer;
        return layer && `${preposition[session.model.kind]} "${layer}"`;
      },
      dispose() {
        tape.dispose();
        dispose();
      },
    };
  } catch (error) {
    dispose();
    throw error;
  } finally {
    for (const tensor of [...feed, ...context]) tensor.dispose();
  }
}
