import { add, div, engine, mul, type NamedAttrMap, square, step, sub, type Tensor } from '@tensorflow/tfjs-core';
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

/** (dy · Δy · Δx + gradient · floor) / (Δx² + floor) */
export function rescaled(tools: GradientTools, { dy, gradient, ...ends }: Rescaled, floor: number): Tensor {
  const own = inOne(tools, 'VitrumRescaled', { dy, gradient, ...ends }, { floor });
  if (own) return own;
  const moved = sub(ends.x, ends.x0);
  const amount = mul(dy, sub(ends.y, ends.y0));
  return div(add(mul(amount, moved), mul(gradient, floor)), add(square(moved), floor));
}

interface Rescaled {
  readonly dy: Tensor;
  /** What the gradient would send. */
  readonly gradient: Tensor;
  readonly x: Tensor;
  readonly x0: Tensor;
  readonly y: Tensor;
  readonly y0: Tensor;
}

/** The kernel, if the backend in use brings it; all its inputs have one shape. */
function inOne(tools: GradientTools, kernel: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}) {
  const [first, ...others] = Object.values(inputs);
  const alike = others.every(({ shape }) => String(shape) === String(first?.shape));
  return alike && tools.has(kernel) ? engine().runKernel<Tensor>(kernel, inputs, attrs) : undefined;
}

/** 1 or −1. By `step`, since `where` copies its numbers to the size of z; added is less than any number that matters. */
const signOf = (z: Tensor): Tensor => step(add(z, 1e-37), -1);
