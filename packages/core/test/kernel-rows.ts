import { engine, type TensorInfo } from '@tensorflow/tfjs-core';

/** How many rows of its outputs' first dim each kernel gave while `run` ran. */
export async function kernelRows(run: () => Promise<unknown>): Promise<ReadonlyMap<string, number>> {
  const rows = new Map<string, number>();
  const interior = engine() as unknown as { runKernelFunc(call: { kernelName?: string }): TensorInfo | TensorInfo[] };
  const original = interior.runKernelFunc;
  interior.runKernelFunc = (call) => {
    const made = original.call(interior, call);
    const [first] = Array.isArray(made) ? made : [made];
    const name = call.kernelName ?? 'customGrad';
    rows.set(name, (rows.get(name) ?? 0) + (first?.shape[0] ?? 1));
    return made;
  };
  try {
    await run();
  } finally {
    Reflect.deleteProperty(interior, 'runKernelFunc');
  }
  return rows;
}
