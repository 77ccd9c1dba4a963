import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { RawGraph, RawNode } from "./model.ts";
import type { Makers } from "./settled.ts";

/** What is read so far. */
export interface Reading {
  readonly b: Builder;
  readonly opset: number;
  /** By the names of the file. */
  readonly values: Map<string, Value>;
  /** Adds a constant. */
  readonly source: (name: string, tensor: Tensor) => void;
  /** How many graphs this graph lies within. */
  readonly depth: number;
  /** What stands before the names of a branch's values in the graph that it becomes a part of. */
  readonly under: string;
  readonly makers: Makers;
  /** Sizes that were opened when the model was read. */
  readonly opened: ReadonlySet<string>;
}

/** Reads one node, the `at`th of its graph. */
export type ReadNode = (reading: Reading, node: RawNode, at: number) => void;

/** The values that a node names as its inputs. */
export function inputsOf(node: RawNode, values: ReadonlyMap<string, Value>, where: string): (Value | undefined)[] {
  return node.inputs.map((name) => {
    if (name === "") return undefined;
    const found = values.get(name);
    if (found === undefined) throw new Fault("graph/wiring", { what: `"${name}" is read before it is made`, where });
    return found;
  });
}

/** All names of a file, which values made on the way must keep clear of. */
export function namesIn(graph: RawGraph): string[] {
  return [
    ...graph.inputs.map((v) => v.name),
    ...graph.initialisers.map((v) => v.name),
    ...graph.nodes.flatMap((n) => n.outputs),
    ...graph.outputs.map((v) => v.name),
  ];
}

export function readOutputs(b: Builder, graph: RawGraph, values: ReadonlyMap<string, Value>): void {
  const inputs = new Set(graph.inputs.map((v) => v.name));
  const isInput = ({ name, tensor }: Value): boolean => tensor === undefined && inputs.has(name);
  for (const port of graph.outputs) {
    const value = values.get(port.name);
    if (value === undefined) {
      throw new Fault("graph/output", {
        what: `the output "${port.name}" is made by no node`,
        remedy: "check that the file was copied completely, or export it again",
      });
    }
    if (value.name === port.name && isInput(value)) {
      throw new Fault("graph/output", {
        what: `the output "${port.name}" is an input of the graph itself`,
        remedy: "leave it out, or pass it through an Identity under another name",
      });
    }
    b.output(port.name, value);
  }
}
