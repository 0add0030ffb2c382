import { randomUUID } from 'node:crypto';
import { type Tensor, type TensorInfo, tensor, tidy } from '@tensorflow/tfjs-core';
import { native, runAll } from '../native';
import { encodeSavedModel, type GraphNode } from './saved-model';

/** A graph that TensorFlow has loaded. */
export interface Session {
  /** The output of the last node, for the placeholders in their order. */
  run(inputs: readonly TensorInfo[]): Tensor;
}

/**
 * Loads a graph. TensorFlow optimises it: an operation, a bias and an activation that follow each other
 * become one pass over memory. A tenth of a megabyte and a few milliseconds; never freed, because there are as many as kinds of layers.
 */
export function openSession(placeholders: readonly string[], nodes: readonly GraphNode[]): Session {
  const last = nodes.at(-1);
  if (!last) throw new Error('a graph needs an operation');
  // TensorFlow reads models from files; these lie in its own memory, which all workers share.
  const folder = `ram://vitrum/${randomUUID()}`;
  writeFile(`${folder}/saved_model.pb`, encodeSavedModel(placeholders, nodes));
  const id = native().loadSavedModelMetaGraph(folder, 'serve');
  const infos = placeholders.map((name) => ({ name: `${name}:0` }));
  return {
    run(tensors) {
      const [output] = native().runSavedModel(id, tensors, infos, [`${last.name}:0`]);
      if (!output) throw new Error(`${last.name} has no output`);
      return output;
    },
  };
}

function writeFile(path: string, content: Uint8Array): void {
  tidy(() => {
    // A tensor of text may be given as the bytes that it is made of.
    const bytes = (value: Uint8Array) => tensor([value] as unknown as string[], [], 'string');
    runAll('WriteFile', [bytes(new TextEncoder().encode(path)), bytes(content)], {}, 0);
  });
}
