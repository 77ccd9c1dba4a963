import { Fault } from "../../base/fault.ts";
import { builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { type RawGraph, type RawNode, readGraph } from "./model.ts";
import { inputsOf, namesIn, type ReadNode, readOutputs, type Reading } from "./reading.ts";
import { Makers } from "./settled.ts";

/** Deeper than any model; each takes a part of the stack. */
const DEEPEST = 16;

/** A Scan with the graph that it runs. What the body reads by name from the graph around it becomes an input of both. */
export function readScan(reading: Reading, node: RawNode, where: string, readNode: ReadNode): void {
  const { b, values, opset, depth, under } = reading;
  const bytes = node.attributes["body"]?.g;
  const scanned = node.attributes["num_scan_inputs"]?.i;
  const axes = [
    ...(node.attributes["scan_input_axes"]?.ints ?? []),
    ...(node.attributes["scan_output_axes"]?.ints ?? []),
  ];
  if (bytes === undefined || scanned === undefined || opset < 9 || axes.some((a) => a !== 0)) {
    throw new Fault("graph/unsupported", {
      what: "a Scan of this form is not spoken here",
      where,
      why:
        opset < 9
          ? "before operator set 9 it ran over a batch"
          : "it runs along another axis than the first, or has no body",
      remedy: "export it with a newer operator set, and the steps along the first axis",
    });
  }
  noDeeper(depth, where);
  const raw = graphIn(bytes, where);
  const inputs = inputsOf(node, values, where);
  const states = inputs.length - scanned;
  const captured = capturedBy(raw, values);
  const body = builder(raw.name, namesIn(raw));
  const inside = new Map<string, Value>();
  raw.inputs.forEach((port, i) => {
    const v = inputs[i];
    if (v !== undefined) inside.set(port.name, body.input(port.name, v.type, i < states ? v.dims : v.dims.slice(1)));
  });
  for (const { name, tensor } of raw.initialisers) inside.set(name, body.parameter(name, tensor));
  for (const name of captured) {
    const v = values.get(name)!;
    inside.set(name, body.input(name, v.type, v.dims));
  }
  const source: Reading["source"] = (name, tensor) => void inside.set(name, body.parameter(name, tensor));
  try {
    const within = {
      ...reading,
      b: body,
      values: inside,
      source,
      depth: depth + 1,
      under: "",
      makers: new Makers(body),
    };
    raw.nodes.forEach((n, i) => readNode(within, n, i));
    readOutputs(body, raw, inside);
    const made = b.ops(
      "Scan",
      [...inputs, ...captured.map((name) => values.get(name))],
      {
        body: body.finish(),
        num_scan_inputs: scanned,
        captured: captured.length,
        scan_input_directions: node.attributes["scan_input_directions"]?.ints,
        scan_output_directions: node.attributes["scan_output_directions"]?.ints,
      },
      node.outputs.map((name, i) => under + (name || `${node.outputs.find((n) => n !== "") ?? "Scan"}.unused${i}`)),
    );
    node.outputs.forEach((name, i) => name !== "" && values.set(name, made[i]));
  } catch (error) {
    throw error instanceof Fault ? error.at(where) : error;
  }
}

export function noDeeper(depth: number, where: string): void {
  if (depth < DEEPEST) return;
  throw new Fault("graph/unsupported", {
    what: `graphs lie within graphs more than ${DEEPEST} deep`,
    where,
    remedy: "the file is damaged, or made to do harm",
  });
}

export function graphIn(bytes: Uint8Array, where: string): RawGraph {
  try {
    return readGraph(bytes, false);
  } catch (error) {
    if (error instanceof Fault) throw error.at(where);
    throw new Fault("graph/wire", {
      what: "a graph within the graph is not whole",
      where,
      why: error instanceof Error ? error.message : String(error),
      remedy: "check that the file was copied completely",
      cause: error,
    });
  }
}

/** The names that a graph reads and does not make, in the order in which it reads them. */
function capturedBy(graph: RawGraph, outside: ReadonlyMap<string, Value>): string[] {
  const own = new Set([...graph.inputs, ...graph.initialisers].map((v) => v.name));
  const found = new Set<string>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) if (!own.has(name) && outside.has(name)) found.add(name);
    for (const name of node.outputs) own.add(name);
  }
  return [...found];
}
