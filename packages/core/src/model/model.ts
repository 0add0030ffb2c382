import type { DataType } from '@tensorflow/tfjs-core';
import type { Elsewhere } from '../probe/elsewhere';
import type { ResolvedSite } from '../site';
import type { Tensors } from '../tape/node';
import type { WeightCache } from '../tape/weight-cache';

/** A shape as it is declared; `null` for a free dim. */
export type Shape = readonly (number | null)[];

/** A layer, node or tap that a site can name. */
export interface LayerInfo {
  readonly name: string;
  /** Class of the layer or op of the node, such as `Conv2D`. */
  readonly kind: string;
  /** Shape of its output, if it is known and there is one; `null` for a free dim, and where one call gives another. */
  readonly shape?: Shape;
  /** Of a layer with several outputs: the shape of each. */
  readonly shapes?: readonly Shape[];
}

/** An input of a model as the model declares it. */
export interface InputInfo {
  readonly name: string;
  /** Another name that it goes by: that of its node, where a signature calls it otherwise. */
  readonly node?: string;
  readonly shape?: Shape;
  readonly dtype?: DataType;
}

/** Tensors with their names, where the container that held them has names. */
export interface Named {
  readonly tensors: Tensors;
  readonly names?: readonly string[];
}

/** What a model answers. */
export interface Outputs extends Named {
  /** Which of the model's outputs these are, where not all of them were asked for. */
  readonly only?: readonly number[];
}

/** What a pass does at a site. */
export interface Visit {
  readonly site: ResolvedSite;
  /**
   * Given the tensors there, before anything behind them runs, returns those to go on with (they may be the same).
   * The model may dispose what it is given back.
   */
  see(values: Tensors): Tensors;
}

/**
 * A model cut in two at a site: what lies before it, and what goes on from it. Only of models whose two halves together
 * do what a whole pass does, for any rows.
 */
export interface Cut {
  /** Whether something passes the site by on its way to what lies behind, as a skip connection does. */
  readonly crosses: boolean;
  /** What passes the site by, for these inputs, in an order of its own. May give back inputs themselves. */
  before(inputs: Named): Tensors;
  /**
   * Goes on from the site, whose visit is shown nothing and gives the values there.
   * @param crossing as `before` gave it, for the rows of those values
   */
  after(crossing: Tensors, visits: readonly Visit[], enter?: Enter): Outputs;
}

/** Told while a model runs which layer, node or tap (as a site names it) is at work from here on. */
export type Enter = (layer: string | undefined) => void;

/**
 * The waist: all that the rest of Vitrum knows of a model. A LayersModel, a GraphModel and a plain function each have
 * one; so can yours. `prepare` makes one that you own.
 */
export interface Model extends Disposable {
  readonly kind: 'layers' | 'graph' | 'function';
  /** As the model declares them; `undefined` for a function, which takes what it is given. */
  readonly inputs?: readonly InputInfo[];
  /**
   * What a site can name, in execution order. Of a function: the taps met so far. Where the converter of a GraphModel wrote
   * no shapes, the first look at this list runs the model twice, on one row and on two (or on as many as it takes), to find them, if it
   * can; all that its nodes give is held meanwhile.
   */
  readonly layers: readonly LayerInfo[];
  /** The same without shapes that take a run to find. @defaultValue `layers` */
  readonly places?: readonly LayerInfo[];
  /** The only number of rows the model takes, if it is fixed. */
  readonly rows?: number;
  /** What in it draws at random, such as `node "noise"`, as far as it can tell beforehand. */
  readonly random?: readonly string[];
  /** Transformed weights, kept as long as the model. */
  readonly weights: WeightCache;
  /**
   * One pass over a batch. Leaves the inputs and itself as they were. `enter`, if given, follows where it is.
   * @param wanted which outputs are wanted, by place; it need not compute the others. All, if left out.
   */
  run(inputs: Named, visits: readonly Visit[], enter?: Enter, wanted?: readonly number[]): Outputs | Promise<Outputs>;
  /**
   * The model cut at a site, if that can be done soundly: one that remembers, draws at random, branches or masks runs whole.
   * @param wanted as for `run`
   */
  cut?(site: ResolvedSite, wanted?: readonly number[]): Cut | undefined;
  /** Where copies of it are that help to evaluate rows. */
  readonly elsewhere?: Elsewhere;
  /** Whether somebody disposed its weights, as far as it can tell. */
  disposed?(): boolean;
  /** How often a pass calls this layer. Known after a pass. */
  calls(layer: string): number;
  /** Frees what Vitrum keeps for this model, never the model itself. */
  dispose(): void;
}

/** What a site can name, where shapes are of no interest. */
export const placesOf = (model: Model): readonly LayerInfo[] => model.places ?? model.layers;
