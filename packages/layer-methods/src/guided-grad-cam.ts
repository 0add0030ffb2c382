import { dispose, mul, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  AttributionError,
  type AttributionMethod,
  asIs,
  collect,
  defineMethod,
  layer as layerAt,
  type Probe,
  type Site,
} from '@vitrum/core';
import { guidedBackprop } from '@vitrum/gradient-methods';
import { mapOf } from './grad-cam';
import { checkMode, type InterpolateOptions, interpolate } from './interpolate';

export interface GuidedGradCamOptions extends InterpolateOptions {
  /** The layer of the map: its name, or a site. */
  readonly layer: string | Site;
  /** How the map is brought to the size of the input. @defaultValue 'nearest' */
  readonly mode?: 'nearest' | 'bilinear';
}

/**
 * φ = guided backpropagation ⊙ max(0, Grad-CAM of a layer), the map in the size of the input: fine detail, only where the
 * target finds its evidence.
 *
 * Like the inputs, or the layer given by `at`. Input and map need positions along as many dims, one or two, and channels
 * last. Two forward and two backward rows per example.
 *
 * @throws AttributionError `option`; `site` for an unknown layer or one with several tensors; `inputs` if the map fits none
 * @see Selvaraju et al. 2017, Grad-CAM, §3.2
 */
export const guidedGradCam: (options: GuidedGradCamOptions) => AttributionMethod = defineMethod(
  'guidedGradCam',
  { uses: [], deterministic: true, rowwise: true },
  ({ layer, mode = 'nearest' }: GuidedGradCamOptions) => {
    check({ layer, mode });
    const guided = guidedBackprop();
    return async (probe) => {
      const map = await positiveMap(probe, typeof layer === 'string' ? layerAt(layer) : layer);
      try {
        const { values } = await guided.attribute(probe);
        try {
          return tidy(() => values.map((value) => mul(value, resized(map, value, mode))));
        } finally {
          dispose([...values]);
        }
      } finally {
        map.dispose();
      }
    };
  },
);

/** max(0, Grad-CAM) of a layer. The caller disposes it. */
async function positiveMap(probe: Probe, at: Site): Promise<Tensor> {
  const site = await probe.resolve(at);
  const maps = await probe.run(
    { points: asIs(), read: [site], grad: [site] },
    collect((batch) => batch.value(site).map((a, i) => mapOf(a, batch.grad(site)[i] as Tensor, { relu: true }))), // one each
  );
  const [map] = maps;
  if (map && maps.length === 1) return map;
  dispose(maps);
  throw new AttributionError('site', {
    got: `layer "${at.layer}" with ${maps.length} tensors on its ${at.side} side`,
    expected: 'one, for one map',
    fix: 'Name a layer with one output.',
  });
}

/** The map with the positions of `like`. */
function resized(map: Tensor, like: Tensor, mode: 'nearest' | 'bilinear'): Tensor {
  const [from, to] = [map.shape.slice(1, -1), like.shape.slice(1, -1)];
  const [rows = 1] = map.shape;
  const [height = 1, width = 1] = to.length === 1 ? [1, ...to] : to;
  if (from.length !== to.length || from.length > 2) {
    throw new AttributionError('inputs', {
      got: `a map of ${from.length} dims of positions for values of shape [${like.shape}]`,
      expected: 'positions along as many dims, one or two, between examples and channels',
      fix: 'Choose a layer whose activations lie as the input does; attribute other inputs by other methods.',
    });
  }
  if (from.length === 0) return map;
  const plane = from.length === 1 ? reshape(map, [rows, 1, from[0] ?? 1, 1]) : map;
  return reshape(interpolate(plane, [height, width], { mode }), [rows, ...to, 1]);
}

function check({ layer, mode }: { layer?: unknown; mode: string }): void {
  const isSite = typeof layer === 'object' && layer !== null && 'layer' in layer;
  if (typeof layer !== 'string' && !isSite) {
    throw new AttributionError('option', {
      got: `layer ${String(layer)}`,
      expected: "the name of a layer, or a site made by layer('name')",
      fix: '(await prepare(model)).layers lists the names.',
    });
  }
  checkMode(mode);
}
