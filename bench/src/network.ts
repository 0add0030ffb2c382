import { readFile } from 'node:fs/promises';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { concat, dispose, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type Model, prepare } from '@vitrum/core';
import { chelsea224, loadEfficientNetLite0, preprocess } from '@vitrum/efficientnet-lite0';
import { decodePng } from '@vitrum/visualization';

/** EfficientNet-Lite0 and a photograph, on the backend in use. */
export interface Network {
  readonly graph: GraphModel;
  readonly model: Model;
  /** [1, 224, 224, 3] */
  readonly photo: Tensor4D;
  /** The class it sees there. */
  readonly target: number;
  /** The photograph `count` times, [count, 224, 224, 3]. The caller disposes it. */
  copies(count: number): Tensor4D;
  dispose(): void;
}

export async function openNetwork(): Promise<Network> {
  const graph = await loadEfficientNetLite0();
  const model = await prepare(graph);
  const photo = preprocess(decodePng(await readFile(chelsea224)));
  const logits = graph.execute(photo) as Tensor; // the network has one output
  const values = await logits.data();
  logits.dispose();
  return {
    graph,
    model,
    photo,
    target: values.indexOf(Math.max(...values)),
    copies: (count) => tidy(() => concat(Array<Tensor4D>(count).fill(photo), 0)),
    dispose() {
      dispose(photo);
      model.dispose();
      graph.dispose();
    },
  };
}
