import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';

type Attribute = Record<string, unknown>;
type Node = { name: string; op: string; input?: string[]; attr: Record<string, Attribute> };

/** Attributes as a graph's JSON spells them. */
export const attribute = {
  type: (dtype: 'float32' | 'int32' | 'bool'): Attribute => ({ type: protoType[dtype] }),
  flag: (b: boolean): Attribute => ({ b }),
  integer: (i: number): Attribute => ({ i }),
  text: (s: string): Attribute => ({ s: btoa(s) }),
  integers: (...i: number[]): Attribute => ({ list: { i } }),
  texts: (...s: string[]): Attribute => ({ list: { s: s.map((text) => btoa(text)) } }),
  func: (name: string): Attribute => ({ func: { name, attr: {} } }),
};
const protoType = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

/** A function of a graph's library: arguments in, its single node's first output out. */
interface GraphFunction {
  name: string;
  inputs: string[];
  nodes: { name: string; op: string; input: string[] }[];
  /** Where each output comes from, such as `square:y:0`. */
  outputs: Record<string, string>;
}

export interface GraphBuilder {
  /** A free dim is −1. */
  input(name: string, shape: number[], dtype?: 'float32' | 'int32'): void;
  constant(name: string, data: ArrayLike<number>, shape: number[], dtype?: 'float32' | 'int32'): void;
  node(name: string, op: string, input: string[], attr?: Record<string, Attribute>): void;
  define(definition: GraphFunction): void;
  /** @param outputs names of the outputs and the node, or `node:index`, that each comes from. */
  load(outputs: Record<string, string>): Promise<GraphModel>;
}

/** Builds a GraphModel out of nodes, as a converter would write it. */
export function graph(): GraphBuilder {
  const nodes: Node[] = [];
  const functions: unknown[] = [];
  const inputs: Record<string, unknown> = {};
  const weightSpecs: { name: string; shape: number[]; dtype: 'float32' | 'int32' }[] = [];
  const weightData: number[] = [];
  const shapeOf = (shape: number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) });

  return {
    input(name, shape, dtype = 'float32') {
      nodes.push({ name, op: 'Placeholder', attr: { dtype: attribute.type(dtype), shape: { shape: shapeOf(shape) } } });
      inputs[name] = { name: `${name}:0`, dtype: protoType[dtype], tensorShape: shapeOf(shape) };
    },
    constant(name, data, shape, dtype = 'float32') {
      const tensor = { tensor: { dtype: protoType[dtype], tensorShape: shapeOf(shape) } };
      nodes.push({ name, op: 'Const', attr: { dtype: attribute.type(dtype), value: tensor } });
      weightSpecs.push({ name, shape, dtype });
      const array = dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
      weightData.push(...new Uint8Array(array.buffer));
    },
    node: (name, op, input, attr = {}) =>
      void nodes.push({ name, op, input, attr: { T: attribute.type('float32'), ...attr } }),
    define: ({ name, inputs, nodes, outputs }) =>
      void functions.push({
        signature: {
          name,
          inputArg: inputs.map((input) => ({ name: input, type: 'DT_FLOAT' })),
          outputArg: Object.keys(outputs).map((output) => ({ name: output, type: 'DT_FLOAT' })),
        },
        nodeDef: nodes.map((node) => ({ ...node, attr: { T: attribute.type('float32') } })),
        ret: outputs,
      }),
    load(outputs) {
      const named = Object.entries(outputs).map(([key, source]) => [
        key,
        { name: source.includes(':') ? source : `${source}:0`, dtype: 'DT_FLOAT' },
      ]);
      const artifacts = {
        format: 'graph-model',
        modelTopology: { node: nodes, library: { function: functions }, versions: { producer: 1 } },
        signature: { inputs, outputs: Object.fromEntries(named) },
        weightSpecs,
        weightData: Uint8Array.from(weightData).buffer,
      };
      return loadGraphModel({ load: () => Promise.resolve(artifacts) });
    },
  };
}
