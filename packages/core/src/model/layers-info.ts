import type { Layer } from './layers-model';
import type { LayerInfo, Shape } from './model';

/** What is known of a layer before it runs. Of several calls, what they have in common. */
export function infoOf(name: string, layer: Layer): LayerInfo {
  const kind = layer.getClassName();
  const [first, ...others] = (layer.inboundNodes ?? []).map(({ outputShapes }) => shapesIn(outputShapes));
  const shapes = others.reduce(common, first);
  if (!shapes) return { name, kind };
  const [shape] = shapes;
  return shape && shapes.length === 1 ? { name, kind, shape } : { name, kind, shapes };
}

const shapesIn = (shapes: Shape | readonly Shape[]): readonly Shape[] =>
  Array.isArray(shapes[0]) ? (shapes as readonly Shape[]) : [shapes as Shape]; // whose first is then a dim

/** What the shapes that two calls give have in common, if they are alike. */
function common(one: readonly Shape[] | undefined, other: readonly Shape[]): readonly Shape[] | undefined {
  const alike = one?.length === other.length && one.every(({ length }, i) => length === other[i]?.length);
  return alike ? one.map((shape, i) => shape.map((size, d) => (size === other[i]?.[d] ? size : null))) : undefined;
}
