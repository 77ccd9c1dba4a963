import type { WireType } from "@bufbuild/protobuf/wire";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { External } from "./external.ts";
import { ATTRIBUTE, DIMENSION, GRAPH, MODEL, NODE, OPSET_ID, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from "./fields.ts";
import { readTensor, repeated } from "./tensor.ts";
import { settingOf, textOf } from "./text.ts";

/** The messages of a file as they stand, before they are wired; every list is as long as the file has entries. */
export interface RawModel {
  irVersion: number;
  opsets: { domain: string; version: number }[];
  graph: RawGraph | undefined;
}

export interface RawGraph {
  name: string;
  nodes: RawNode[];
  initialisers: { name: string; tensor: Tensor }[];
  inputs: RawPort[];
  outputs: RawPort[];
}

export interface RawNode {
  /** Empty where the file does not say. */
  name: string;
  op: string;
  /** Empty for the standard domain. */
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, RawAttribute>;
}

export interface RawAttribute {
  i?: number;
  f?: number;
  s?: string;
  t?: Tensor;
  /** A graph within, not read yet. */
  g?: Uint8Array;
  ints: number[];
  floats: number[];
  strings: string[];
}

export interface RawPort {
  name: string;
  /** 0 where the file does not say. */
  dataType: number;
  dims: (number | string | undefined)[] | undefined;
}

/** With `given`, bytes of tensors may be moved within the bytes of the file. */
export function readModel(bytes: Uint8Array, given = false, external?: External): RawModel {
  const model: RawModel = { irVersion: 0, opsets: [], graph: undefined };
  fields(bytes, {
    [MODEL.irVersion]: (r) => void (model.irVersion = Number(r.int64())),
    [MODEL.opsetImport]: (r) => {
      const opset = { domain: "", version: 0 };
      fields(r.bytes(), {
        [OPSET_ID.domain]: (q) => void (opset.domain = textOf(q)),
        [OPSET_ID.version]: (q) => void (opset.version = Number(q.int64())),
      });
      model.opsets.push(opset);
    },
    [MODEL.graph]: (r) => void (model.graph = readGraph(r.bytes(), given, external)),
    [MODEL.functions]: () => unsupported("functions inside the model"),
  });
  return model;
}

export function readGraph(bytes: Uint8Array, given: boolean, external?: External): RawGraph {
  const graph: RawGraph = { name: "", nodes: [], initialisers: [], inputs: [], outputs: [] };
  fields(bytes, {
    [GRAPH.name]: (r) => void (graph.name = textOf(r)),
    [GRAPH.node]: (r) => void graph.nodes.push(readNode(r.bytes(), external)),
    [GRAPH.initializer]: (r) => void graph.initialisers.push(readTensor(r.bytes(), given, external)),
    [GRAPH.sparseInitializer]: () => unsupported("sparse initialisers"),
    [GRAPH.input]: (r) => void graph.inputs.push(readPort(r.bytes())),
    [GRAPH.output]: (r) => void graph.outputs.push(readPort(r.bytes())),
  });
  return graph;
}

function readNode(bytes: Uint8Array, external?: External): RawNode {
  const node: RawNode = {
    name: "",
    op: "",
    domain: "",
    inputs: [],
    outputs: [],
    attributes: Object.create(null) as Record<string, RawAttribute>,
  };
  fields(bytes, {
    [NODE.input]: (r) => void node.inputs.push(textOf(r)),
    [NODE.output]: (r) => void node.outputs.push(textOf(r)),
    [NODE.opType]: (r) => void (node.op = textOf(r)),
    [NODE.name]: (r) => void (node.name = textOf(r)),
    [NODE.domain]: (r) => void (node.domain = standard(textOf(r))),
    [NODE.attribute]: (r) => readAttribute(r.bytes(), node.attributes, external),
  });
  // Two bytes of a file make an empty node, and a node takes hundreds.
  if (node.op === "") throw new RangeError("a node names no operator");
  return node;
}

const standard = (domain: string): string => (domain === "ai.onnx" ? "" : domain);

/** Of graphs within an attribute only the bytes are taken: most operators that have one are refused by name. */
function readAttribute(bytes: Uint8Array, into: Record<string, RawAttribute>, external?: External): void {
  const value: RawAttribute = { ints: [], floats: [], strings: [] };
  let name = "";
  fields(bytes, {
    [ATTRIBUTE.name]: (r) => void (name = textOf(r)),
    [ATTRIBUTE.f]: (r) => void (value.f = r.float()),
    [ATTRIBUTE.i]: (r) => void (value.i = Number(r.int64())),
    [ATTRIBUTE.s]: (r) => void (value.s = settingOf(r)),
    [ATTRIBUTE.t]: (r) => void (value.t = readTensor(r.bytes(), false, external).tensor),
    [ATTRIBUTE.ints]: (r, wire) => repeated(r, wire, () => void bounded(value.ints).push(Number(r.int64()))),
    [ATTRIBUTE.floats]: (r, wire) => repeated(r, wire, () => void bounded(value.floats).push(r.float())),
    [ATTRIBUTE.g]: (r) => void (value.g = r.bytes()),
    [ATTRIBUTE.strings]: (r) => void value.strings.push(settingOf(r)),
  });
  into[name] = value;
}

/** More numbers in one attribute are no setting but weights, which have a tensor. */
const MOST_NUMBERS = 1 << 16;

function bounded(list: number[]): number[] {
  if (list.length < MOST_NUMBERS) return list;
  throw new RangeError(`an attribute is a list of more than ${MOST_NUMBERS} numbers`);
}

function readPort(bytes: Uint8Array): RawPort {
  const port: RawPort = { name: "", dataType: 0, dims: undefined };
  const dimension = (r: BinaryReader): void => {
    let d: number | string | undefined;
    fields(r.bytes(), {
      [DIMENSION.value]: (q) => void (d = Number(q.int64())),
      [DIMENSION.param]: (q) => void (d = textOf(q) || undefined),
    });
    port.dims?.push(d);
  };
  const tensorType = (r: BinaryReader): void =>
    fields(r.bytes(), {
      [TENSOR_TYPE.elementType]: (q) => void (port.dataType = q.int32()),
      [TENSOR_TYPE.shape]: (q) => {
        port.dims = [];
        fields(q.bytes(), { [SHAPE.dim]: dimension });
      },
    });
  fields(bytes, {
    [VALUE_INFO.name]: (r) => void (port.name = textOf(r)),
    [VALUE_INFO.type]: (r) => fields(r.bytes(), { [TYPE.tensor]: tensorType }),
  });
  return port;
}

/** Hands each known field to its reader and skips the rest. A field of another wire type than expected is damage. */
function fields(bytes: Uint8Array, readers: Readonly<Record<number, (r: BinaryReader, wire: WireType) => void>>): void {
  const r = new BinaryReader(bytes);
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    const reader = readers[field] as ((r: BinaryReader, wire: WireType) => void) | undefined;
    if (reader === undefined) r.skip(wire, field);
    else reader(r, wire);
  }
}

function unsupported(what: string): never {
  throw new Fault("graph/unsupported", {
    what: `${what} are not spoken here`,
    remedy: "export the model without them",
  });
}
