import { mean, mul, relu, sum, type Tensor } from '@tensorflow/tfjs-core';
import { type AttributionMethod, asIs, collect, defineMethod } from '@vitrum/core';

export interface GradCamOptions {
  /** Keep only what speaks for the target: max(0, ·). @defaultValue false */
  readonly relu?: boolean;
  /** Sum over the channels, keeping the dim with size 1. @defaultValue true */
  readonly sumChannels?: boolean;
}

/**
 * φ = Σ_c α_c A_c with α_c the mean of ∂S/∂A_c over positions: where in the layer A the target finds its evidence.
 *
 * Shape [examples, …positions, 1], or the layer's without `sumChannels`; `interpolate` brings it to the size of the
 * picture. Channels last. One forward and one backward row per example.
 *
 * @see Selvaraju et al. 2017, Grad-CAM, eq. 1 and 2
 */
export const gradCam: (options?: GradCamOptions) => AttributionMethod = defineMethod(
  'gradCam',
  { uses: [], deterministic: true, rowwise: true, layerOnly: true },
  (options: GradCamOptions = {}) =>
    (probe) => {
      const { site } = probe;
      const maps = collect((batch) =>
        batch.value(site).map((a, i) => mapOf(a, batch.grad(site)[i] as Tensor, options)),
      ); // one each
      return probe.run({ points: asIs(), read: [site], grad: [site] }, maps);
    },
);

/** The map of a layer's activations and their gradient. Runs inside `tidy`. */
export function mapOf(
  activations: Tensor,
  gradient: Tensor,
  { relu: positive = false, sumChannels = true }: GradCamOptions,
): Tensor {
  const positions = activations.shape.slice(1, -1).map((_, dim) => dim + 1);
  const product = mul(positions.length > 0 ? mean(gradient, positions, true) : gradient, activations);
  const map = sumChannels ? sum(product, -1, true) : product;
  return positive ? relu(map) : map;
}
