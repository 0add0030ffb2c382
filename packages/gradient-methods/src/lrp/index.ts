export type { Choice, Composite, CompositeData, LayersComposite } from './composite';
export { type LrpOptions, lrp } from './lrp';
export {
  type EpsilonCompositeOptions,
  epsilonAlpha2Beta1,
  epsilonAlpha2Beta1Flat,
  epsilonComposite,
  epsilonGammaBox,
  epsilonPlus,
  epsilonPlusFlat,
  type GammaBoxOptions,
  type PresetData,
  type PresetOptions,
} from './presets';
export type * from './rules';
