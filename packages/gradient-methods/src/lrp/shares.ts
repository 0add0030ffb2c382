import { add, mul, onesLike, square, sub } from '@tensorflow/tfjs-core';
import { AttributionError } from '@vitrum/core';
import type { BoxRule, RelevanceRule } from './rules';
import { absolute, type Change, negative, positive, type Share, same } from './share-out';

const tiny = 1e-9;
const ones: Change = { name: 'ones', of: (t) => onesLike(t) };
const squared: Change = { name: 'squared', of: (t) => square(t) };
const times = (factor: number, { name, of }: Change): Change => ({
  name: `${factor} ${name}`,
  of: (t) => mul(factor, of(t)),
});
const boosted = ({ name, of }: Change, gamma: number): Change => ({
  name: `plus ${gamma} ${name}`,
  of: (t) => add(t, mul(gamma, of(t))),
});
const beyond = (bound: number | readonly number[]): Change => ({
  name: `beyond ${bound}`,
  of: (t) => sub(t, typeof bound === 'number' ? bound : [...bound]),
});
const biasAs = (change: Change, zeroBias = false) => (zeroBias ? {} : { bias: change });

/**
 * The shares of a rule; `undefined` for identity, which needs none.
 * @throws AttributionError `option` for an unknown rule or options it cannot have
 * @see Bach et al. 2015, eq. 58 and 60; Montavon et al. 2015, Deep Taylor (w², zᴮ); Lapuschkin et al. 2019 (flat); Montavon et
 *   al. 2019, Layer-Wise Relevance Propagation: An Overview, table 10.1 (all, and γ); Andéol et al. 2021 (γ, signed)
 */
export function sharesOf(rule: RelevanceRule): readonly Share[] | undefined {
  switch (rule.name) {
    case 'epsilon': {
      const { epsilon = tiny, zeroBias } = rule;
      checkPositive('epsilon', epsilon);
      return [{ amount: 1, terms: [{ x: same, w: same, ...biasAs(same, zeroBias) }], epsilon }];
    }
    case 'gamma': {
      const { gamma = 0.25, epsilon = tiny, zeroBias, signed } = rule;
      checkPositive('gamma', gamma);
      checkPositive('epsilon', epsilon);
      if (signed) return signedGamma(gamma, epsilon, zeroBias);
      return [{ amount: 1, terms: [{ x: same, w: boosted(positive, gamma), ...biasAs(same, zeroBias) }], epsilon }];
    }
    case 'alpha1Beta0':
      return [{ amount: 1, terms: [{ x: same, w: positive, ...biasAs(same, rule.zeroBias) }], epsilon: tiny }];
    case 'alphaBeta':
      return alphaBeta(rule.alpha ?? 2, rule.beta ?? 1, rule.zeroBias);
    case 'zPlus':
      return alphaBeta(1, 0, rule.zeroBias);
    case 'flat':
      return [{ amount: 1, terms: [{ x: ones, w: ones }], epsilon: tiny }];
    case 'wSquare':
      return [{ amount: 1, terms: [{ x: ones, w: squared }], epsilon: tiny }];
    case 'box': {
      checkBox(rule);
      // x w − l w⁺ − h w⁻, in two products.
      const terms = [
        { x: beyond(rule.low), w: positive },
        { x: beyond(rule.high), w: negative },
      ];
      return [{ amount: 1, terms, epsilon: tiny }];
    }
    case 'identity':
      return undefined;
    default:
      throw new AttributionError('option', {
        got: `the relevance rule ${JSON.stringify(rule)}`,
        expected: 'one of epsilon, gamma, alphaBeta, zPlus, alpha1Beta0, flat, wSquare, box, identity',
        fix: "Write a rule as data, such as { name: 'epsilon', epsilon: 1e-6 }.",
      });
  }
}

/**
 * With ± the sign of the output, c + γ c± = (1 + γ/2) (c ± g |c|) for each contribution c = x w, where g = γ / (2 + γ). So
 * one more product, of |x| and |w|, does for four of their positive and negative parts, and the factor in front cancels
 * but for ε.
 */
function signedGamma(gamma: number, epsilon: number, zeroBias?: boolean): Share[] {
  const size = times(gamma / (2 + gamma), absolute);
  const terms = [
    { x: same, w: same, ...biasAs(same, zeroBias) },
    { x: absolute, w: size, ...biasAs(size, zeroBias), aligned: true },
  ];
  return [{ amount: 1, terms, epsilon: epsilon / (1 + gamma / 2) }];
}

function alphaBeta(alpha: number, beta: number, zeroBias?: boolean): Share[] {
  if (!(beta >= 0 && Math.abs(alpha - beta - 1) < 1e-6)) {
    throw refused(
      `alpha ${alpha} and beta ${beta}`,
      'alpha − beta = 1 with beta ≥ 0',
      'Use alpha 2 and beta 1, or 1 and 0.',
    );
  }
  const promoting = [
    { x: positive, w: positive, ...biasAs(positive, zeroBias) },
    { x: negative, w: negative },
  ];
  const inhibiting = [
    { x: positive, w: negative, ...biasAs(negative, zeroBias) },
    { x: negative, w: positive },
  ];
  const shares = [
    { amount: alpha, terms: promoting, epsilon: tiny },
    { amount: -beta, terms: inhibiting, epsilon: tiny },
  ];
  return shares.filter(({ amount }) => amount !== 0);
}

function checkPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  throw refused(`${name} ${value}`, 'a positive number', `Leave ${name} out for the default.`);
}

function checkBox({ low, high }: BoxRule): void {
  const [lows, highs] = [[low].flat(), [high].flat()];
  const finite = [...lows, ...highs].every((bound) => typeof bound === 'number' && Number.isFinite(bound));
  const ordered = lows.every((bound, i) => bound <= (highs[highs.length > 1 ? i : 0] ?? Number.NaN));
  if (finite && ordered && (lows.length === 1 || highs.length === 1 || lows.length === highs.length)) return;
  throw refused(
    `a box from ${low} to ${high}`,
    'low ≤ high, each a number or one for each channel',
    'Give the range of the inputs as the model takes them, such as { low: -1, high: 1 }.',
  );
}

const refused = (got: string, expected: string, fix: string) => new AttributionError('option', { got, expected, fix });
