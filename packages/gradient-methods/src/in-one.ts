import { add, div, engine, mul, type NamedAttrMap, step, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientTools } from '@vitrum/core';

// What the rules do to every element, many steps over all of memory. A backend may bring a kernel that does it in one, under
// the names below; what it gives is the same up to rounding.

/** r / (z + sign(z) · (away + ε)), with sign(0) = 1. */
export function quotient(tools: GradientTools, r: Tensor, z: Tensor, epsilon: number, away?: Tensor): Tensor {
  const own = inOne(tools, 'VitrumQuotient', { r, z, ...(away && { away }) }, { epsilon });
  return own ?? div(r, add(z, mul(away ? add(away, epsilon) : epsilon, signOf(z))));
}

/** t · sign(z), with sign(0) = 1. */
export function turned(tools: GradientTools, t: Tensor, z: Tensor): Tensor {
  return inOne(tools, 'VitrumTurned', { t, z }) ?? mul(t, signOf(z));
}

/**
 * (dy · Δy · Δx + gradient · floor) / (Δx² + floor), of tensors of one shape; `undefined` where no kernel does it in one.
 * `gradient` is what the gradient would send.
 */
export function rescaled(
  tools: GradientTools,
  ends: Readonly<Record<'dy' | 'x' | 'x0' | 'y' | 'y0', Tensor>>,
  gradient: () => Tensor | undefined,
  floor: number,
): Tensor | undefined {
  const sent = tools.has('VitrumRescaled') ? gradient() : undefined;
  return sent && inOne(tools, 'VitrumRescaled', { ...ends, gradient: sent }, { floor });
}

/** The kernel, if the backend in use brings it; all its inputs have one shape. */
function inOne(tools: GradientTools, kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}) {
  const [first, ...others] = Object.values(inputs);
  const alike = others.every(({ shape }) => String(shape) === String(first?.shape));
  return alike && tools.has(kernel) ? engine().runKernel<Tensor>(kernel, inputs, attrs) : undefined;
}

/** 1 or −1. By `step`, since `where` copies its numbers to the size of z; added is less than any number that matters. */
const signOf = (z: Tensor): Tensor => step(add(z, 1e-37), -1);
