import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { patches, superpixels } from '@vitrum/perturbation-methods';
import type { Picture } from '@vitrum/visualization';
import { wrong } from '../errors';

/** Which pixels move together, and what to call it. The caller disposes the mask, [1, height, width, 1]. */
export interface AskedFeatures {
  readonly mask: Tensor;
  readonly count: number;
  readonly title: string;
}

/**
 * `patches:16`, squares of 16 pixels a side, or `superpixels:50`, about 50 parts of like colour.
 * @throws AttributionError `features`
 */
export function askedFeatures(text: string, { width, height, data }: Picture): AskedFeatures {
  const [, kind, number] = /^(patches|superpixels):(\d+)$/.exec(text) ?? [];
  const size = Number(number);
  if (kind === undefined || !(size > 0))
    throw wrong(
      'features',
      `--features "${text}"`,
      'patches:16 (pixels a side) or superpixels:50 (how many)',
      'Give a number behind the colon.',
    );
  const found =
    kind === 'patches' ? patches({ width, height }, { size }) : superpixels({ width, height, data }, { count: size });
  const count = new Set(found).size;
  return {
    mask: tensor(found, [1, height, width, 1], 'int32'),
    count,
    title: `${count} ${kind}${kind === 'patches' ? ` of ${size} × ${size} pixels` : ''}`,
  };
}
