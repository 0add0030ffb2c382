import type { Attribute, Attributes } from '../native';

/** One operation of a graph. */
export interface GraphNode {
  readonly name: string;
  readonly operation: string;
  /** Names of the placeholders and nodes whose output it takes. */
  readonly inputs: readonly string[];
  readonly attributes?: Attributes;
}

/** A graph whose tensors are all float32, as the file `saved_model.pb`, with the tag `serve` (saved_model.proto and what it imports, in Protocol Buffers). */
export function encodeSavedModel(placeholders: readonly string[], nodes: readonly GraphNode[]): Uint8Array {
  const producer = 1500; // the version of the graph's meaning: that of TensorFlow 2.13, or any older that knows these operations
  const all = [...placeholders.map(encodePlaceholder), ...nodes.map(encodeNode)];
  const graph = [...all.map((node) => message(1, node)), message(4, [integer(1, producer)])];
  const metaGraph = [message(1, [text(4, 'serve')]), message(2, graph)];
  return Uint8Array.from([integer(1, 1), message(2, metaGraph)].flat());
}

type Bytes = readonly number[];
const float32 = 1; // DT_FLOAT

function encodeNode({ name, operation, inputs, attributes = {} }: GraphNode): Bytes[] {
  const given = Object.entries(attributes).map(([key, value]) => entry(key, encodeAttribute(value)));
  return [
    text(1, name),
    text(2, operation),
    ...inputs.map((input) => text(3, input)),
    entry('T', integer(6, float32)),
    ...given,
  ];
}

function encodePlaceholder(name: string): Bytes[] {
  const ofAnyRank = message(7, [integer(3, 1)]);
  return [text(1, name), text(2, 'Placeholder'), entry('dtype', integer(6, float32)), entry('shape', ofAnyRank)];
}

function encodeAttribute(value: Attribute): Bytes {
  if (typeof value === 'string') return text(2, value);
  if (typeof value === 'number') return [...varint((4 << 3) | 5), ...new Uint8Array(Float32Array.of(value).buffer)];
  if (typeof value === 'boolean') return integer(5, Number(value));
  return message(
    1,
    value.map((n) => integer(3, n)),
  );
}

const entry = (key: string, attribute: Bytes): Bytes => message(5, [text(1, key), message(2, [attribute])]);
const integer = (field: number, value: number): Bytes => [...varint(field << 3), ...varint(value)];
const text = (field: number, value: string): Bytes => message(field, [[...new TextEncoder().encode(value)]]);

function message(field: number, parts: readonly Bytes[]): Bytes {
  const content = parts.flat();
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
