import { AttributionError } from '@vitrum/core';
import type { ReportData } from './types';

/** Holds the parts of a report to each other. @throws AttributionError 'inputs' */
export function assertReport({ photograph, predictions, explanations }: ReportData): void {
  for (const { title, target, map } of explanations)
    if (map.width !== photograph.width || map.height !== photograph.height)
      throw new AttributionError('inputs', {
        got: `a map of ${map.width} × ${map.height} by ${title} for ${target}, and a photograph of ${photograph.width} × ${photograph.height}`,
        expected: 'one size, as maps are laid over the photograph',
        fix: 'Enlarge a map of a layer with `interpolate(values, [height, width])` of @vitrum/layer-methods first.',
      });
  for (const { label, probability = 0 } of predictions)
    if (!(probability >= 0 && probability <= 1))
      throw new AttributionError('inputs', {
        got: `probability ${probability} of ${label}`,
        expected: 'a number from 0 to 1',
        fix: 'Leave it out where the model gives no probabilities: the score is shown then.',
      });
}
