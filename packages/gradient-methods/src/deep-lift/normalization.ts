import { add, type FusedBatchNormAttrs, mul, neg, onesLike, rsqrt, sub } from '@tensorflow/tfjs-core';
import type { Rule } from '@vitrum/core';
import { forEachInput, mean } from './comparison';
import { rsqrtSlope } from './slopes';

/**
 * y = (x − mean) · scale · r + offset with r = 1/√(variance + ε), where all of it may change: layer normalization runs on
 * this kernel. Products half and half, r by rescale.
 */
export const normalization: Rule = forEachInput((i, { dy, inputs, inputs0 }, { names, attrs }) => {
  const both = (name: string) => {
    const [now, before] = [inputs[names.indexOf(name)], inputs0[names.indexOf(name)]];
    return now && before && ([now, before] as const);
  };
  const [x, centre, variance] = [both('x'), both('mean'), both('variance')];
  if (!x || !centre || !variance) throw new Error('a normalization without its moments');
  // The kernel's name vouches for its attributes.
  const { varianceEpsilon = 0.001 } = attrs as unknown as FusedBatchNormAttrs;
  const [r, r0] = [rsqrt(add(variance[0], varianceEpsilon)), rsqrt(add(variance[1], varianceEpsilon))];
  const [scale, scale0] = both('scale') ?? [onesLike(r), onesLike(r)];
  const factor = () => mul(dy, mean(mul(scale, r), mul(scale0, r0)));
  const centred = () => mul(dy, mean(sub(x[0], centre[0]), sub(x[1], centre[1])));
  switch (names[i]) {
    case 'x':
      return factor();
    case 'mean':
      return neg(factor());
    case 'variance':
      return mul(centred(), mul(mean(scale, scale0), rsqrtSlope(r, r0)));
    case 'scale':
      return mul(centred(), mean(r, r0));
    default:
      return dy; // offset
  }
});
