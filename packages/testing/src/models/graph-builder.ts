import { type GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';

type Attribute = Record<string, unknown>;
type Attributes = Readonly<Record<string, Attribute>>;
type DType = 'float32' | 'int32' | 'bool';
const protoType = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;
const shapeOf = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) });

/** Attributes as a graph's JSON spells them. */
export const spelled = {
  type: (dtype: DType): Attribute => ({ type: protoType[dtype] }),
  flag: (b: boolean): Attribute => ({ b }),
  integer: (i: number): Attribute => ({ i }),
  float: (f: number): Attribute => ({ f }),
  text: (s: string): Attribute => ({ s: btoa(s) }),
  integers: (...i: number[]): Attribute => ({ list: { i } }),
  texts: (...s: string[]): Attribute => ({ list: { s: s.map((text) => btoa(text)) } }),
  shape: (...shape: number[]): Attribute => ({ shape: shapeOf(shape) }),
  func: (name: string): Attribute => ({ func: { name, attr: {} } }),
};

/** A function of a graph's library. */
export interface GraphFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  /** @defaultValue float32 */
  readonly types?: Readonly<Record<string, DType>>;
  /** An input of a node is an argument, or `node:output:index` such as `square:y:0`. */
  readonly nodes: readonly {
    readonly name: string;
    readonly op: string;
    readonly input: readonly string[];
    readonly attr?: Attributes;
  }[];
  /** Where each output comes from, such as `square:y:0`. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  /** Names that the signature has for inputs, by their nodes. @defaultValue the nodes' own */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Where the signature is: older converters wrote it into the metadata, and a graph need not have one. @defaultValue 'model' */
  readonly signature?: 'model' | 'metadata' | 'none';
}

export interface GraphBuilder {
  /** A free dim is −1. */
  input(name: string, shape: number[], dtype?: 'float32' | 'int32'): void;
  constant(name: string, data: ArrayLike<number>, shape: number[], dtype?: 'float32' | 'int32'): void;
  node(name: string, op: string, input: string[], attr?: Attributes): void;
  define(definition: GraphFunction): void;
  /** @param outputs names of the outputs and the node, or `node:index`, that each comes from. */
  load(outputs: Record<string, string>, options?: LoadOptions): Promise<GraphModel>;
}

/** Builds a GraphModel out of nodes, as a converter would write it. */
export function graph(): GraphBuilder {
  const nodes: { name: string; op: string; input?: string[]; attr: Attributes }[] = [];
  const functions: unknown[] = [];
  const inputs: Record<string, unknown> = {};
  const weightSpecs: { name: string; shape: number[]; dtype: 'float32' | 'int32' }[] = [];
  const weightData: number[] = [];
  const float = { T: spelled.type('float32') };

  return {
    input(name, shape, dtype = 'float32') {
      nodes.push({ name, op: 'Placeholder', attr: { dtype: spelled.type(dtype), shape: spelled.shape(...shape) } });
      inputs[name] = { name: `${name}:0`, dtype: protoType[dtype], tensorShape: shapeOf(shape) };
    },
    constant(name, data, shape, dtype = 'float32') {
      const tensor = { tensor: { dtype: protoType[dtype], tensorShape: shapeOf(shape) } };
      nodes.push({ name, op: 'Const', attr: { dtype: spelled.type(dtype), value: tensor } });
      weightSpecs.push({ name, shape, dtype });
      const array = dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data);
      weightData.push(...new Uint8Array(array.buffer));
    },
    node: (name, op, input, attr = {}) => void nodes.push({ name, op, input, attr: { ...float, ...attr } }),
    define: ({ name, inputs, types = {}, nodes, outputs }) =>
      void functions.push({
        signature: {
          name,
          inputArg: inputs.map((input) => ({ name: input, type: protoType[types[input] ?? 'float32'] })),
          outputArg: Object.keys(outputs).map((output) => ({ name: output, type: 'DT_FLOAT' })),
        },
        nodeDef: nodes.map((node) => ({ ...node, attr: { ...float, ...node.attr } })),
        ret: outputs,
      }),
    load(outputs, { inputs: names = {}, signature: place = 'model' } = {}) {
      const signature = {
        inputs: Object.fromEntries(Object.entries(inputs).map(([node, info]) => [names[node] ?? node, info])),
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([key, source]) => [
            key,
            { name: source.includes(':') ? source : `${source}:0`, dtype: 'DT_FLOAT' },
          ]),
        ),
      };
      const artifacts = {
        format: 'graph-model',
        modelTopology: { node: nodes, library: { function: functions }, versions: { producer: 1 } },
        ...(place === 'model' && { signature }),
        ...(place === 'metadata' && { userDefinedMetadata: { signature } }),
        weightSpecs,
        weightData: Uint8Array.from(weightData).buffer,
      };
      return loadGraphModel({ load: () => Promise.resolve(artifacts) });
    },
  };
}
