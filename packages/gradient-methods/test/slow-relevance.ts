import type { RelevanceRule } from '../src/lrp/rules';

const plus = (value: number) => Math.max(value, 0);
const minus = (value: number) => Math.min(value, 0);
export const away = (z: number, epsilon: number): number => z + (z >= 0 ? epsilon : -epsilon);
export const totalOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/**
 * What each of the inputs x gets of the relevance R of one output, m the weights that connect them and b its bias: the
 * rules as the papers write them, an element at a time.
 */
export function slowShares(
  rule: RelevanceRule,
  x: readonly number[],
  m: readonly number[],
  b: number,
  R: number,
): number[] {
  const inProportion = (parts: readonly number[], bias: number, epsilon = 1e-9) => {
    const z = away(totalOf(parts) + bias, epsilon);
    return parts.map((part) => (part / z) * R);
  };
  const products = x.map((xi, i) => xi * (m[i] ?? 0));
  const alphaBeta = (alpha: number, beta: number) => {
    const promoted = inProportion(products.map(plus), plus(b));
    const inhibited = inProportion(products.map(minus), minus(b));
    return promoted.map((part, i) => alpha * part - beta * (inhibited[i] ?? 0));
  };
  switch (rule.name) {
    case 'epsilon':
      return inProportion(products, rule.zeroBias ? 0 : b, rule.epsilon);
    case 'gamma': {
      const gamma = rule.gamma ?? 0.25;
      if (!rule.signed) {
        const parts = x.map((xi, i) => xi * ((m[i] ?? 0) + gamma * plus(m[i] ?? 0)));
        return inProportion(parts, rule.zeroBias ? 0 : b);
      }
      const side = totalOf(products) + b >= 0 ? plus : minus;
      return inProportion(
        products.map((part) => part + gamma * side(part)),
        b + gamma * side(b),
      );
    }
    case 'alpha1Beta0':
      return inProportion(
        x.map((xi, i) => xi * plus(m[i] ?? 0)),
        rule.zeroBias ? 0 : b,
      );
    case 'alphaBeta':
      return alphaBeta(rule.alpha ?? 2, rule.beta ?? 1);
    case 'zPlus':
      return alphaBeta(1, 0);
    case 'flat':
      return inProportion(
        m.map((weight) => (weight === 0 ? 0 : 1)),
        0,
      );
    case 'wSquare':
      return inProportion(
        m.map((weight) => weight * weight),
        0,
      );
    case 'box': {
      const [low, high] = [Number(rule.low), Number(rule.high)];
      return inProportion(
        x.map((xi, i) => xi * (m[i] ?? 0) - low * plus(m[i] ?? 0) - high * minus(m[i] ?? 0)),
        0,
      );
    }
    case 'identity':
      throw new Error('identity shares nothing out');
  }
}
