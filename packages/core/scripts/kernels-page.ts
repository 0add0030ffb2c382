import { getKernelsForBackend } from '@tensorflow/tfjs-core';
import { openBackend } from '@vitrum/testing';
import { drawnCases, exceptionsOf, gradientCases, pullBack } from '@vitrum/testing/internal';
import { gradients } from '../src/gradients';
import { unsupportedInputs, unsupportedKernels } from '../src/gradients/unsupported';
import { zeroByNature, zeroGradients } from '../src/gradients/zero';

/** What a rule decides where the derivative is a matter of convention. */
const conventions: Readonly<Record<string, string>> = {
  Abs: '0 at 0',
  ClipByValue: 'passes at both bounds',
  ComplexAbs: '0 at 0',
  Dilation2D: 'of equal sums the first in reading order',
  Elu: '1 at 0',
  LeakyRelu: 'the lower slope at 0',
  Max: 'of equal values the first',
  MaxPool: 'of equal values the first in reading order; padding never wins',
  MaxPool3D: 'of equal values the first in reading order; padding never wins',
  MaxPoolWithArgmax: 'of equal values the first in reading order; padding never wins',
  Maximum: 'of equal values `a`',
  Min: 'of equal values the first',
  Minimum: 'of equal values `a`',
  Pow: '`a`: 0 where `b` is 0; `b`: 0 where `a` is not above 0',
  Prelu: 'the lower slope at 0',
  Relu: '0 at 0',
  Relu6: '0 at 0 and at 6',
  Selu: 'the lower slope at 0',
  SparseToDense: 'where two values go to one place, the one that stays there',
  TensorScatterUpdate: 'where two updates go to one place, the one that stays there',
  TopK: 'of equal values the one whose index the kernel gives',
  Unique: 'of equal entries the first',
};

/** What TF.js's own kernels do that no case shows. */
const pairs = 'pairs the wrong matrices where both batches repeat, or one along an axis behind another that does not';
const others = [
  { kernel: 'BatchMatMul', backend: 'cpu', what: pairs },
  { kernel: 'BatchMatMul', backend: 'wasm', what: pairs },
  { kernel: 'ClipByValue', backend: 'wasm', what: 'does not clip where both bounds are the same' },
  { kernel: 'DepthwiseConv2dNativeBackpropInput', backend: 'cpu', what: 'takes no notice of dilations' },
  { kernel: 'OneHot', backend: 'wasm', what: 'writes whole numbers where floats are asked for' },
  { kernel: 'Prod', backend: 'wasm', what: 'gives 0, not 1, for a product of nothing' },
  { kernel: 'TensorScatterUpdate', backend: 'cpu', what: 'writes into the tensor that it is given' },
];

/** docs/kernels.md: what becomes of every kernel that a model can contain. */
export async function kernelsPage(): Promise<string> {
  const { kernels: own = {} } = await openBackend('wasm');
  const onWasm = new Set(getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  await openBackend('cpu');
  const onCpu = new Set(getKernelsForBackend('cpu').map(({ kernelName }) => kernelName));

  const rules = Object.keys(gradients)
    .filter((kernel) => !zeroGradients[kernel])
    .sort();
  const rows: string[][] = [];
  for (const kernel of rules) {
    const inputs = await inputsOf(kernel);
    const wasm = onWasm.has(kernel) ? (own[kernel] ? 'a rule of its own' : '✓') : 'no kernel';
    rows.push([`\`${kernel}\``, inputs, conventions[kernel] ?? '', wasm]);
  }
  const exceptions = [...exceptionsOf({ fixed: gradientCases, drawn: drawnCases }), ...others].sort(
    (a, b) => compare(a.kernel, b.kernel) || compare(a.backend, b.backend) || compare(a.what, b.what),
  );
  const count = (kernels: Iterable<string>) => [...kernels].filter((kernel) => onCpu.has(kernel)).length;

  return `# Kernels

A model in TensorFlow.js is a sequence of kernels, and a gradient walks back through the ones that ran. Of the ${onCpu.size} kernels
of the cpu backend, ${count(rules)} have a rule, ${count(Object.keys(zeroGradients))} are zero by nature, and ${count(Object.keys(unsupportedKernels))} are not supported. A method that needs the gradient of one
of those rejects with an error that names the kernel and the reason; perturbation methods need no gradients and run with any.

Every rule is compared with central finite differences of the kernel itself, over its attributes, shapes and ways to broadcast:
\`npm run gradcheck -- --backend cpu\`, \`npm run gradcheck -- --kernel AvgPool\`. This page is written by \`npm run kernels\`, and
a test fails when it is out of date.

## With a rule

The inputs that a signal goes to; for the filters of convolutions too, which matters only if a model makes a filter of its
input. Where a function bends or has a tie, its derivative is a convention, and the third column says which.

${table(['kernel', 'inputs', 'where it bends or ties', 'wasm'], rows)}

\`customGrad\`, a gradient that the model's author wrote, is taken as it is.

## Zero by nature

Nothing flows back through these: the output does not move when the input moves a little.

${table(
  ['it', 'kernels'],
  Object.entries(zeroByNature).map(([what, kernels]) => [what, list(kernels)]),
)}

## Not supported

${table(
  ['kernels', 'because'],
  Object.entries(grouped(unsupportedKernels)).map(([reason, kernels]) => [list(kernels), reason]),
)}

${table(
  ['kernel', 'input', 'because'],
  Object.entries(unsupportedInputs).flatMap(([kernel, inputs]) =>
    Object.entries(inputs).map(([input, reason]) => [`\`${kernel}\``, `\`${input}\``, reason]),
  ),
)}

## What the backends themselves get wrong, or refuse

The forward kernels of TensorFlow.js 4.22, found while comparing. A model that runs one of these this way has other outputs than
it was trained for, whatever looks at it; Vitrum's own rules never call them so, and are right there too: they are held to the
kernel on cpu then.

${table(
  ['kernel', 'backend', 'it'],
  exceptions.map(({ kernel, backend, what }) => [`\`${kernel}\``, backend, what]),
)}
`;
}

/** The inputs that the rule of `kernel` names in any of its cases. */
async function inputsOf(kernel: string): Promise<string> {
  const tried = new Set<string>();
  const names = new Set<string>();
  for (const example of gradientCases[kernel] ?? []) {
    const continuous = Object.entries(example.inputs)
      .filter(([, { dtype }]) => dtype === 'float32' || dtype === 'complex64')
      .map(([name]) => name);
    if (example.except?.cpu !== undefined || continuous.every((name) => tried.has(name))) continue;
    const signals = await pullBack(kernel, example, [], gradients);
    for (const name of continuous) {
      tried.add(name);
      if (signals.has(name)) names.add(/^\d+$/.test(name) ? 'each' : `\`${name}\``);
    }
  }
  return [...names].join(', ');
}

function grouped(reasons: Readonly<Record<string, string>>): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const [kernel, reason] of Object.entries(reasons)) groups[reason] = [...(groups[reason] ?? []), kernel];
  return groups;
}

const list = (kernels: readonly string[]): string => kernels.map((kernel) => `\`${kernel}\``).join(', ');

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** In columns as wide as their widest cell, as the formatter has them. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((_, i) => Math.max(3, ...[heads, ...rows].map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(heads), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
