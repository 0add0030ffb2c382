import { add, div, engine, mul, type NamedAttrMap, step, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientTools } from '@vitrum/core';

// What the rules do to every element, many steps over all of memory. A backend may bring a kernel that does it in one, under
// the names below; what it gives is the same up to rounding.

/** What is done with the sign of z, 1 for 0. */
interface Sided {
  /** r / (z + sign(z) · (away + ε)) */
  quotient(r: Tensor, epsilon: number, away?: Tensor): Tensor;
  /** t · sign(z) */
  turned(t: Tensor): Tensor;
}

export function bySideOf(z: Tensor, tools: GradientTools): Sided {
  let sign: Tensor | undefined;
  const signed = (t: Tensor | number): Tensor => {
    // By `step`, since `where` copies its numbers to the size of z; added is less than any number that matters.
    sign ??= step(add(z, 1e-37), -1);
    return mul(t, sign);
  };
  return {
    quotient: (r, epsilon, away) =>
      inOne(tools, 'VitrumQuotient', { r, z, ...(away && { away }) }, { epsilon }) ??
      div(r, add(z, signed(away ? add(away, epsilon) : epsilon))),
    turned: (t) => inOne(tools, 'VitrumTurned', { t, z }) ?? signed(t),
  };
}

/**
 * dy · Δy / Δx, or what the gradient would send where |Δx| < ε, of tensors of one shape; `undefined` where no kernel does
 * it in one.
 */
export function rescaled(
  tools: GradientTools,
  ends: Readonly<Record<'dy' | 'x' | 'x0' | 'y' | 'y0', Tensor>>,
  gradient: () => Tensor | undefined,
  epsilon: number,
): Tensor | undefined {
  const sent = tools.has('VitrumRescaled') ? gradient() : undefined;
  return sent && inOne(tools, 'VitrumRescaled', { ...ends, gradient: sent }, { epsilon });
}

/** The kernel, if the backend in use brings it; all its inputs have one shape. */
function inOne(tools: GradientTools, kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}) {
  const [first, ...others] = Object.values(inputs);
  const alike = others.every(({ shape }) => String(shape) === String(first?.shape));
  return alike && tools.has(kernel) ? engine().runKernel<Tensor>(kernel, inputs, attrs) : undefined;
}
