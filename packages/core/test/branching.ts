import type { GraphModel } from '@tensorflow/tfjs';
import { graph } from '@vitrum/testing/internal';

/** x², or −x where the sum over all of x is not positive: a graph that TF.js runs asynchronously. `x` is [rows, columns]. */
export function branching(columns: number): Promise<GraphModel> {
  const g = graph();
  g.input('x', [-1, columns]);
  g.constant('zero', [0], []);
  g.constant('axes', [0, 1], [2], 'int32');
  g.node('total', 'Sum', ['x', 'axes'], { keep_dims: { b: false } });
  g.node('positive', 'Greater', ['total', 'zero']);
  for (const op of ['Square', 'Neg'])
    g.define({ name: op, inputs: ['v'], nodes: [{ name: 'w', op, input: ['v'] }], outputs: { out: 'w:y:0' } });
  g.node('y', 'StatelessIf', ['positive', 'x'], {
    then_branch: { func: { name: 'Square', attr: {} } },
    else_branch: { func: { name: 'Neg', attr: {} } },
  });
  return g.load({ y: 'y' });
}
