import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { bytesOf, type ElementType, type Tensor } from "../../base/tensor.ts";
import type { AttributeValue, Graph, Node, Value } from "../ir.ts";
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
  const w = new BinaryWriter();
  w.tag(MODEL.irVersion, WireType.Varint).int64(IR_VERSION);
  text(w, MODEL.producerName, "whittle");
  message(w, MODEL.graph, () => writeGraph(w, graph));
  const domains = new Set(["", ...graph.nodes.map((n) => rowOf(n.op).domain ?? "")]);
  for (const domain of [...domains].sort()) {
    message(w, MODEL.opsetImport, () => {
      text(w, OPSET_ID.domain, domain);
      w.tag(OPSET_ID.version, WireType.Varint).int64(domain === "" ? OPSET : 1);
    });
  }
  return w.finish();
}

function writeGraph(w: BinaryWriter, graph: Graph): void {
  for (const node of graph.nodes) message(w, GRAPH.node, () => writeNode(w, node));
  text(w, GRAPH.name, graph.name);
  for (const v of graph.initialisers) message(w, GRAPH.initializer, () => writeTensor(w, v.tensor, v.name));
  for (const v of graph.inputs) message(w, GRAPH.input, () => writePort(w, v));
  for (const v of graph.outputs) message(w, GRAPH.output, () => writePort(w, v));
}

function writeNode(w: BinaryWriter, node: Node): void {
  for (const v of node.inputs) text(w, NODE.input, v?.name ?? "");
  for (const v of node.outputs) text(w, NODE.output, v?.name ?? "");
  text(w, NODE.opType, node.op);
  const row = rowOf(node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    const spec = row.attributes[name];
    if (spec.default === value) continue;
    message(w, NODE.attribute, () => writeAttribute(w, name, spec.kind, value));
  }
  if (row.domain !== undefined) text(w, NODE.domain, row.domain);
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
  for (const d of tensor.dims) w.tag(TENSOR.dims, WireType.Varint).int64(d);
  w.tag(TENSOR.dataType, WireType.Varint).int32(dataTypes[tensor.type]);
  if (name !== "") text(w, TENSOR.name, name);
  w.tag(TENSOR.rawData, WireType.LengthDelimited).bytes(bytesOf(tensor.data));
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
