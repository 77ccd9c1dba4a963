import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { bytesOf, type ElementType, type Tensor } from "../../base/tensor.ts";
import { type AttributeValue, type Graph, isGraph, type Node, type Value } from "../ir.ts";
import { IR_VERSION, OPSET, rowOf } from "../op/table.ts";
import {
  ATTRIBUTE,
  attributeTypes,
  dataTypes,
  DIMENSION,
  GRAPH,
  MODEL,
  NODE,
  OPSET_ID,
  SHAPE,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from "./fields.ts";

/** The graph as the bytes of an ONNX file. The same graph gives the same bytes. */
export function toOnnx(graph: Graph): Uint8Array {
  const parts = toOnnxParts(graph);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same bytes in pieces one after another; those of tensors are the tensors' own, not copies. */
export function toOnnxParts(graph: Graph): Uint8Array[] {
  return modelParts(graph, initialiserParts);
}

/** Smaller tensors stay in the model: many are shapes, which readers look at. */
const LEAST_APART = 1024;
/** Data begin at a multiple of this, so that any reader may map the file. */
const ALIGNED = 64;

/**
 * The model with its tensors in a file of their own, `location` beside it: one file of protobuf holds less than 2 GB.
 * Both in pieces one after another, those of tensors without copies.
 */
export function toOnnxApart(graph: Graph, location: string): { model: Uint8Array[]; data: Uint8Array[] } {
  const data: Uint8Array[] = [];
  let at = 0;
  const model = modelParts(graph, (tensor, name) => {
    const bytes = bytesOf(tensor.data);
    if (bytes.length < LEAST_APART) return initialiserParts(tensor, name);
    const gap = (ALIGNED - (at % ALIGNED)) % ALIGNED;
    const offset = at + gap;
    data.push(new Uint8Array(gap), bytes);
    at = offset + bytes.length;
    const w = new BinaryWriter();
    message(w, GRAPH.initializer, () => {
      writeTensorType(w, tensor, name);
      for (const [key, value] of Object.entries({ location, offset, length: bytes.length })) {
        message(w, TENSOR.externalData, () => {
          text(w, 1, key);
          text(w, 2, String(value));
        });
      }
      w.tag(TENSOR.dataLocation, WireType.Varint).int32(1);
    });
    return [w.finish()];
  });
  return { model, data };
}

type InitialiserParts = (tensor: Tensor, name: string) => Uint8Array[];

function modelParts(graph: Graph, initialiser: InitialiserParts): Uint8Array[] {
  const inside = graphParts(graph, initialiser);
  const head = new BinaryWriter();
  head.tag(MODEL.irVersion, WireType.Varint).int64(IR_VERSION);
  text(head, MODEL.producerName, "whittle");
  head.tag(MODEL.graph, WireType.LengthDelimited).uint32(inside.reduce((sum, part) => sum + part.length, 0));
  const tail = new BinaryWriter();
  const domains = new Set(["", ...graph.nodes.map((n) => rowOf(n.op).domain ?? "")]);
  for (const domain of [...domains].sort()) {
    message(tail, MODEL.opsetImport, () => {
      text(tail, OPSET_ID.domain, domain);
      tail.tag(OPSET_ID.version, WireType.Varint).int64(domain === "" ? OPSET : 1);
    });
  }
  return [head.finish(), ...inside, tail.finish()];
}

function graphParts(graph: Graph, initialiser: InitialiserParts): Uint8Array[] {
  const head = new BinaryWriter();
  for (const node of graph.nodes) message(head, GRAPH.node, () => writeNode(head, node));
  text(head, GRAPH.name, graph.name);
  const tail = new BinaryWriter();
  for (const v of graph.inputs) message(tail, GRAPH.input, () => writePort(tail, v));
  for (const v of graph.outputs) message(tail, GRAPH.output, () => writePort(tail, v));
  return [head.finish(), ...graph.initialisers.flatMap((v) => initialiser(v.tensor, v.name)), tail.finish()];
}

function initialiserParts(tensor: Tensor, name: string): Uint8Array[] {
  const fields = new BinaryWriter();
  writeTensorHead(fields, tensor, name);
  const inside = fields.finish();
  const data = bytesOf(tensor.data);
  const head = new BinaryWriter();
  head.tag(GRAPH.initializer, WireType.LengthDelimited).uint32(inside.length + data.length);
  return [head.finish(), inside, data];
}

/** What a value is called on the wire. */
type NameOf = (v: Value) => string;
const ownName: NameOf = (v) => v.name;

function writeNode(w: BinaryWriter, node: Node, nameOf = ownName): void {
  const captured =
    node.op === "Scan" ? node.inputs.slice(-(node.attributes.captured as number) || node.inputs.length) : [];
  const read = node.inputs.slice(0, node.inputs.length - captured.length);
  for (const v of read) text(w, NODE.input, v === undefined ? "" : nameOf(v));
  for (const v of node.outputs) text(w, NODE.output, v?.name ?? "");
  text(w, NODE.opType, node.op);
  const row = rowOf(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    const spec = row.attributes[name];
    if (spec.default === value || (node.op === "Scan" && name === "captured")) continue;
    if (isGraph(value))
      writeBody(
        w,
        name,
        value,
        captured.map((v) => nameOf(v!)),
      );
    else message(w, NODE.attribute, () => writeAttribute(w, name, spec.kind, value));
  }
  if (row.domain !== undefined) text(w, NODE.domain, row.domain);
}

/** The graph of a loop. What it captures are no inputs there, but read by the names that they have outside. */
function writeBody(w: BinaryWriter, attribute: string, body: Graph, captured: readonly string[]): void {
  const own = body.inputs.length - captured.length;
  const outside = new Map(body.inputs.slice(own).map((v, i) => [v, captured[i]]));
  const nameOf: NameOf = (v) => outside.get(v) ?? v.name;
  message(w, NODE.attribute, () => {
    text(w, ATTRIBUTE.name, attribute);
    message(w, ATTRIBUTE.g, () => {
      for (const node of body.nodes) message(w, GRAPH.node, () => writeNode(w, node, nameOf));
      text(w, GRAPH.name, body.name);
      for (const v of body.initialisers) message(w, GRAPH.initializer, () => writeTensor(w, v.tensor, v.name));
      for (const v of body.inputs.slice(0, own)) message(w, GRAPH.input, () => writePort(w, v));
      for (const v of body.outputs) message(w, GRAPH.output, () => writePort(w, v));
    });
    w.tag(ATTRIBUTE.type, WireType.Varint).int32(attributeTypes.graph);
  });
}

function writeAttribute(w: BinaryWriter, name: string, kind: keyof typeof attributeTypes, value: AttributeValue): void {
  text(w, ATTRIBUTE.name, name);
  if (kind === "int") w.tag(ATTRIBUTE.i, WireType.Varint).int64(value as number);
  else if (kind === "type") w.tag(ATTRIBUTE.i, WireType.Varint).int64(dataTypes[value as ElementType]);
  else if (kind === "float") w.tag(ATTRIBUTE.f, WireType.Bit32).float(value as number);
  else if (kind === "string") text(w, ATTRIBUTE.s, value as string);
  else if (kind === "tensor") message(w, ATTRIBUTE.t, () => writeTensor(w, value as Tensor, ""));
  else for (const v of value as readonly number[]) w.tag(ATTRIBUTE.ints, WireType.Varint).int64(v);
  w.tag(ATTRIBUTE.type, WireType.Varint).int32(attributeTypes[kind]);
}

function writeTensor(w: BinaryWriter, tensor: Tensor, name: string): void {
  writeTensorHead(w, tensor, name);
  w.raw(bytesOf(tensor.data));
}

/** All of a tensor up to its bytes, which come last. */
function writeTensorHead(w: BinaryWriter, tensor: Tensor, name: string): void {
  writeTensorType(w, tensor, name);
  w.tag(TENSOR.rawData, WireType.LengthDelimited).uint32(bytesOf(tensor.data).length);
}

function writeTensorType(w: BinaryWriter, tensor: Tensor, name: string): void {
  for (const d of tensor.dims) w.tag(TENSOR.dims, WireType.Varint).int64(d);
  w.tag(TENSOR.dataType, WireType.Varint).int32(dataTypes[tensor.type]);
  if (name !== "") text(w, TENSOR.name, name);
}

function writePort(w: BinaryWriter, value: Value): void {
  text(w, VALUE_INFO.name, value.name);
  message(w, VALUE_INFO.type, () =>
    message(w, TYPE.tensor, () => {
      w.tag(TENSOR_TYPE.elementType, WireType.Varint).int32(dataTypes[value.type]);
      message(w, TENSOR_TYPE.shape, () => {
        for (const d of value.dims) {
          message(w, SHAPE.dim, () => {
            if (typeof d === "number") w.tag(DIMENSION.value, WireType.Varint).int64(d);
            else text(w, DIMENSION.param, d);
          });
        }
      });
    }),
  );
}

function text(w: BinaryWriter, field: number, value: string): void {
  w.tag(field, WireType.LengthDelimited).string(value);
}

function message(w: BinaryWriter, field: number, body: () => void): void {
  w.tag(field, WireType.LengthDelimited).fork();
  body();
  w.join();
}
