import type { RuleSet } from '@vitrum/core';
import { deconvolving } from './deconvolution';
import { rescaleRules } from './deep-lift/rules';
import { guided } from './guided-backprop';
import { compositeOf } from './lrp/composite';
import type { LrpOptions } from './lrp/lrp';
import { relevanceRules } from './lrp/relevance';
import { rectifierRules } from './rectifiers';

/**
 * The backward rules of this package by the name that their methods know them under: `serve(load, { ruleSets })` of
 * @vitrum/workers lets threads evaluate rows of these methods too. DeepLIFT's 'reveal-cancel' is not among them.
 */
export const ruleSets: Readonly<Record<string, (options: never) => RuleSet>> = {
  guidedBackprop: () => rectifierRules(guided),
  deconvolution: () => rectifierRules(deconvolving),
  deepLift: (epsilon: number) => rescaleRules(epsilon),
  // Notes are those of the rows that are evaluated first, where the method is.
  lrp: ({ composite, gates, strict }: Required<LrpOptions>) =>
    relevanceRules({
      composite: compositeOf(composite),
      gates,
      strict,
      note: () => undefined,
      chosen: () => undefined,
    }),
};
