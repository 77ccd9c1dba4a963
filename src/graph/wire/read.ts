import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Dim } from "../dim.ts";
import type { Graph, Value } from "../ir.ts";
import type { External } from "./external.ts";
import { elementTypeOf } from "./fields.ts";
import { type RawGraph, type RawModel, type RawPort, readModel } from "./model.ts";
import { readNode } from "./node.ts";
import { namesIn, readOutputs } from "./reading.ts";
import { Makers } from "./settled.ts";

/** The operator sets that are read; older operators mean something else, and of newer ones nothing is known. */
export const OLDEST_OPSET = 7;
export const NEWEST_OPSET = 24;

/**
 * Reads an ONNX file from bytes that nobody vouches for. Nothing is allocated by what the file claims, only by what it
 * holds; what is damaged or not spoken here is refused with a fault that names it.
 *
 * The graph's tensors are views of the bytes where these are in line, and copies elsewhere. Whoever has no more use for the
 * bytes gives them away: tensors are then moved within them, and reading takes no memory beside them.
 */
export function fromOnnx(bytes: Uint8Array, options: ReadOptions = {}): Graph {
  return check(wire(parse(bytes, options), options));
}

export interface ReadOptions {
  readonly given?: boolean;
  /** Reads data that lie in other files; without it such a model is refused. */
  readonly external?: External;
  /** Inputs whose value is known already: they become constants, and shapes that hang on them are known too. */
  readonly known?: Readonly<Record<string, Tensor>>;
  /**
   * Sizes of inputs, in place of those that the file gives: `{ image: ["batch", 3, 224, 224] }` opens the batch of a model
   * that was exported for one row. All sizes after it follow; where a constant of the model holds the old one, it is refused.
   */
  readonly sizes?: Readonly<Record<string, readonly Dim[]>>;
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

function wire(model: RawModel, { known = {}, sizes = {} }: ReadOptions): Graph {
  const graph = model.graph;
  if (graph === undefined)
    throw new Fault("graph/wire", { what: "the file holds no graph", remedy: "check that it is an ONNX file" });
  const opset = opsetOf(model);
  const b = builder(graph.name, namesIn(graph));
  const values = new Map<string, Value>();
  const ports = new Set(graph.outputs.map((v) => v.name));
  // A constant that is an output itself leaves its name to the port.
  const source = (name: string, tensor: Tensor): void =>
    void values.set(name, b.parameter(ports.has(name) ? `${name}.value` : name, tensor));
  const constants = new Set(graph.initialisers.map((i) => i.name));
  for (const port of graph.inputs) {
    if (constants.has(port.name)) continue;
    const given = Object.hasOwn(known, port.name) ? known[port.name] : undefined;
    if (given === undefined) values.set(port.name, readInput(b, sized(port, sizes[port.name])));
    else source(port.name, given);
  }
  for (const { name, tensor } of graph.initialisers) source(name, tensor);
  for (const name of Object.keys(sizes)) if (!values.get(name)) throw noInput(name, graph);
  const opened = new Set(Object.values(sizes).flatMap((dims) => dims.filter((d) => typeof d === "string")));
  const reading = { b, opset, values, source, depth: 0, under: "", makers: new Makers(b), opened };
  graph.nodes.forEach((node, i) => readNode(reading, node, i));
  readOutputs(b, graph, values);
  return b.finish();
}

function opsetOf(model: RawModel): number {
  const said = model.opsets.find((o) => o.domain === "" || o.domain === "ai.onnx")?.version;
  // A model of other operators alone imports no standard ones; those operators are refused by their names.
  const opset = said ?? (model.graph?.nodes.some((n) => n.domain === "") === false ? NEWEST_OPSET : 0);
  if (opset >= OLDEST_OPSET && opset <= NEWEST_OPSET) return opset;
  throw new Fault("graph/opset", {
    what: `the model is written for operator set ${opset}, and ${OLDEST_OPSET} to ${NEWEST_OPSET} are read here`,
    why:
      opset < OLDEST_OPSET
        ? "operators as old as that broadcast by attributes, and mean something else under the same names"
        : "operators of that set may mean something that is not known yet",
    remedy: `export it again with an operator set of ${OLDEST_OPSET} to ${NEWEST_OPSET}, or convert its version`,
  });
}

/** The port with the sizes that the caller gives it, of as many axes. */
function sized(port: RawPort, sizes: readonly Dim[] | undefined): RawPort {
  if (sizes === undefined) return port;
  if (port.dims === undefined || port.dims.length === sizes.length) return { ...port, dims: [...sizes] };
  throw new Fault("graph/input", {
    what: `the input "${port.name}" has ${port.dims.length} axes and was given ${sizes.length} sizes`,
    remedy: "give each axis a number, or a name where it is to stay open",
  });
}

function noInput(name: string, { inputs }: RawGraph): Fault {
  const names = inputs.map((v) => v.name);
  const near = nearest(name, names);
  return new Fault("graph/input", {
    what: `the model has no input "${name}" to give sizes to`,
    why: `its inputs are ${names.join(", ")}`,
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}

function readInput(b: Builder, port: RawPort): Value {
  const type = elementTypeOf(port.dataType);
  if (type === undefined || port.dims === undefined) {
    throw new Fault("graph/input", {
      what: `the input "${port.name}" has an element type or shape that is not spoken here`,
      why: type === undefined ? `it is ${kindOf(port)}` : "its rank is not told",
      remedy: "export the model with dense tensors of numbers as inputs, and with their ranks",
    });
  }
  return b.input(
    port.name,
    type,
    // Some exporters write a size that is open as -1.
    port.dims.map((d, i) => (d === undefined || (typeof d === "number" && d < 0) ? `${port.name}_${i}` : d)),
  );
}

/** TensorProto.DataType of the types that are not spoken. */
const otherTypes: Readonly<Record<number, string>> = {
  4: "uint16",
  5: "int16",
  8: "text",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
};

const kindOf = (port: RawPort): string => otherTypes[port.dataType] ?? "no tensor of a known type";
