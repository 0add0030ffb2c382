export {
  type AttributeEachOptions,
  type AttributeOptions,
  attribute,
  attributeEach,
  multiplyByDifference,
} from './attribute';
export type { Attribution } from './attribution';
export { type Backend, defineBackend, useBackend } from './backend';
export { type Baseline, type BaselineValue, blurred, distribution, uniform } from './baseline';
export { AttributionError, type AttributionErrorCode, type Operation } from './errors';
export { type FeatureGroups, type FeatureMask, type Features, spreadOver } from './features';
export { reduceTo } from './gradients/broadcast';
export { type GradientRule, type GradientTable, type GradientTools, type Pullback, rule, ZERO } from './gradients/rule';
export type { Container, Inputs } from './inputs';
export { type AttributionMethod, defineMethod, type MethodResult, type Traits } from './method';
export type { ModelLike } from './model';
export { type ModelFunction, tap } from './model/function-model';
export {
  type Cut,
  type Enter,
  type InputInfo,
  type LayerInfo,
  type Model,
  type Named,
  type Outputs,
  placesOf,
  type Shape,
  type Visit,
} from './model/model';
export { type PrepareOptions, prepare } from './prepare';
export type { Assignment, Delivery, Elsewhere, TensorData, WorkSurroundings } from './probe/elsewhere';
export { type Batch, collect, type Rows, type Sum, scores, sum } from './probe/folds';
export {
  asIs,
  type Box,
  type Boxes,
  type Coalitions,
  coalitions,
  forEachElement,
  made,
  missing,
  type Omissions,
  type Points,
  path,
  withoutEach,
} from './probe/points';
export type { Draw, Probe, Query, Sums } from './probe/probe';
export type { Work, WorkAsk } from './probe/work';
export { type Quadrature, type QuadratureName, quadrature } from './quadrature';
export { type DrawKey, type Random, seededRandom } from './random';
export { type RowMap, takeRows } from './rows';
export type { Score, ScoreFunction, ScoreIndex } from './score';
export { type LayerOptions, layer, type ResolvedSite, type Site, type ValuesAt, type Where } from './site';
export type { TapeNode, Tensors } from './tape/node';
export type { Place, Source } from './tape/places';
export { type Plain, type Recipe, type Rule, type RuleSet, recipeOf, withRecipe } from './tape/rules';
export type { WeightCache } from './tape/weight-cache';
export {
  contrast,
  type NeuronIndex,
  neuron,
  output,
  outputIndex,
  type PerExample,
  perExample,
  predicted,
  type ResolvedTarget,
  type Target,
  type TargetValue,
} from './target';
export { type Hire, provideWorkers, type Thread, type Workers, type WorkersOptions } from './workers';
