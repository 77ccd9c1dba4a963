import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { int64 } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { AttributeValue, Graph, Value } from "../ir.ts";
import type { AttributeKind } from "../op/row.ts";
import { isOpName, type OpName, opNames, rowOf } from "../op/table.ts";
import type { External } from "./external.ts";
import { elementTypeOf } from "./fields.ts";
import { type RawAttribute, type RawGraph, type RawModel, type RawNode, type RawPort, readModel } from "./model.ts";

/** Below this operator set, operators that we speak mean something else. */
const OLDEST_OPSET = 13;

/**
 * Reads an ONNX file from bytes that nobody vouches for. Nothing is allocated by what the file claims, only by what it
 * holds; what is damaged or not spoken here is refused with a fault that names it.
 *
 * The graph's tensors are views of the bytes where these are in line, and copies elsewhere. Whoever has no more use for the
 * bytes gives them away: tensors are then moved within them, and reading takes no memory beside them.
 */
export function fromOnnx(bytes: Uint8Array, options: ReadOptions = {}): Graph {
  return check(wire(parse(bytes, options)));
}

export interface ReadOptions {
  readonly given?: boolean;
  /** Reads data that lie in other files; without it such a model is refused. */
  readonly external?: External;
}

function parse(bytes: Uint8Array, { given, external }: ReadOptions): RawModel {
  try {
    // A plain view: a Buffer's slice shares its bytes, where that of a Uint8Array copies them into line.
    return readModel(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), given === true, external);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("graph/wire", {
      what: "this is not a whole ONNX file",
      why: error instanceof Error ? error.message : String(error),
      remedy: "check that the file was copied completely",
      cause: error,
    });
  }
}

function wire(model: RawModel): Graph {
  const graph = model.graph;
  if (graph === undefined)
    throw new Fault("graph/wire", { what: "the file holds no graph", remedy: "check that it is an ONNX file" });
  const opset = model.opsets.find((o) => o.domain === "" || o.domain === "ai.onnx")?.version ?? 0;
  if (opset < OLDEST_OPSET) {
    throw new Fault("graph/opset", {
      what: `the model is written for operator set ${opset}, and ${OLDEST_OPSET} is the oldest read here`,
      remedy: "export it again with a newer operator set",
    });
  }
  const b = builder(graph.name);
  const values = new Map<string, Value>();
  const constants = new Set(graph.initialisers.map((i) => i.name));
  for (const port of graph.inputs) if (!constants.has(port.name)) values.set(port.name, readInput(b, port));
  for (const { name, tensor } of graph.initialisers) values.set(name, b.parameter(name, tensor));
  graph.nodes.forEach((node, i) => readNode(b, node, `node ${i} (${node.op})`, values));
  readOutputs(b, graph, values);
  return b.finish();
}

function readInput(b: Builder, port: RawPort): Value {
  const type = elementTypeOf(port.dataType);
  if (type === undefined || port.dims === undefined) {
    throw new Fault("graph/input", {
      what: `the input "${port.name}" has an element type or shape that is not spoken here`,
    });
  }
  return b.input(
    port.name,
    type,
    port.dims.map((d, i) => d ?? `${port.name}_${i}`),
  );
}

function readNode(b: Builder, node: RawNode, where: string, values: Map<string, Value>): void {
  if (node.op === "Constant" && node.domain === "") return readConstant(b, node, where, values);
  const op = opOf(node, where);
  const inputs = node.inputs.map((name) => {
    if (name === "") return undefined;
    const found = values.get(name);
    if (found === undefined) throw new Fault("graph/wiring", { what: `"${name}" is read before it is made`, where });
    return found;
  });
  const attributes = attributesOf(b, op, node, inputs, where);
  try {
    const outputs = node.outputs.map((name, i) =>
      name === "" ? `${node.outputs.find((n) => n !== "") ?? op}.unused${i}` : name,
    );
    const made = b.ops(op, inputs, attributes, outputs);
    node.outputs.forEach((name, i) => name !== "" && values.set(name, made[i]));
  } catch (error) {
    throw error instanceof Fault ? error.at(where) : error;
  }
}

function opOf(node: RawNode, where: string): OpName {
  const domain = node.domain === "ai.onnx" ? "" : node.domain;
  if (isOpName(node.op) && (rowOf(node.op).domain ?? "") === domain) return node.op;
  const near = nearest(node.op, opNames);
  throw new Fault("graph/operator", {
    what: `the operator ${domain === "" ? "" : `${domain}.`}${node.op} is not spoken here`,
    where,
    ...(near !== undefined && near !== node.op ? { remedy: `did you mean ${near}?` } : {}),
  });
}

function readConstant(b: Builder, node: RawNode, where: string, values: Map<string, Value>): void {
  const { value, value_int, value_ints, value_float } = node.attributes;
  const [name] = node.outputs;
  if (value?.t !== undefined) values.set(name, b.parameter(name, value.t));
  else if (value_int?.i !== undefined) values.set(name, b.parameter(name, int64([], [value_int.i])));
  else if (value_ints !== undefined)
    values.set(name, b.parameter(name, int64([value_ints.ints.length], value_ints.ints)));
  else if (value_float?.f !== undefined) values.set(name, b.scalar(value_float.f));
  else throw new Fault("graph/unsupported", { what: "a Constant of a kind that is not spoken here", where });
}

function attributesOf(
  b: Builder,
  op: OpName,
  node: RawNode,
  inputs: (Value | undefined)[],
  where: string,
): Record<string, AttributeValue> {
  const specs = rowOf(op).attributes;
  const result: Record<string, AttributeValue> = {};
  for (const [name, raw] of Object.entries(node.attributes)) {
    // Reductions took their axes as an attribute before operator set 18; they are the second input now.
    if (name === "axes" && !Object.hasOwn(specs, "axes") && inputs.length === 1) inputs.push(b.ints(raw.ints));
    else result[name] = Object.hasOwn(specs, name) ? valueOf(raw, specs[name].kind, `${where}, attribute ${name}`) : 0;
  }
  return result;
}

function valueOf(raw: RawAttribute, kind: AttributeKind, where: string): AttributeValue {
  const value = {
    int: raw.i,
    float: raw.f === undefined ? undefined : shortest(raw.f),
    string: raw.s,
    ints: raw.ints,
    type: elementTypeOf(raw.i ?? 0),
    tensor: raw.t,
  }[kind];
  if (value === undefined) throw new Fault("graph/attribute", { what: `it should be of the kind ${kind}`, where });
  return value;
}

/** The double with the fewest digits that is this float32, so that what was written as 0.1 reads as 0.1. */
function shortest(f: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(f.toPrecision(digits));
    if (Math.fround(candidate) === f) return candidate;
  }
  return f;
}

function readOutputs(b: Builder, graph: RawGraph, values: Map<string, Value>): void {
  for (const port of graph.outputs) {
    const value = values.get(port.name);
    if (value === undefined) throw new Fault("graph/output", { what: `the output "${port.name}" is made by no node` });
    b.output(port.name, value);
  }
}
