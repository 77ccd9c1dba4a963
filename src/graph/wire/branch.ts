import { Fault } from "../../base/fault.ts";
import type { Value } from "../ir.ts";
import { graphIn, noDeeper } from "./body.ts";
import type { RawNode } from "./model.ts";
import { inputsOf, type ReadNode, type Reading } from "./reading.ts";
import { refuseOperator } from "./refusal.ts";
import { settled } from "./settled.ts";

/**
 * An If whose condition constants and known sizes settle: the nodes of the branch that runs are read in its place. Exporters
 * leave such behind where a program asks for the rank or a size of its input.
 */
export function readIf(reading: Reading, node: RawNode, where: string, readNode: ReadNode): void {
  const { b, values, makers, depth } = reading;
  const [condition] = inputsOf(node, values, where);
  const truth = condition && settled(makers, condition);
  if (truth?.type !== "bool" || truth.data.length !== 1) refuseOperator(node, where);
  const bytes = node.attributes[Number(truth.data[0]) === 0 ? "else_branch" : "then_branch"]?.g;
  noDeeper(depth, where);
  const raw = graphIn(bytes ?? new Uint8Array(), where);
  if (raw.inputs.length > 0 || raw.outputs.length !== node.outputs.length) {
    throw new Fault("graph/wire", {
      what: "the branch of an If has inputs, or other outputs than it",
      where,
      remedy: "check that the file was copied completely, or export it again",
    });
  }
  // Two branches may use one name, so what a branch makes carries the name of what it is for.
  const under = `${reading.under}${node.outputs.find((name) => name !== "") ?? "If"}/`;
  const inside = new Within(values);
  const source: Reading["source"] = (name, tensor) => void inside.set(name, b.parameter(under + name, tensor));
  for (const { name, tensor } of raw.initialisers) source(name, tensor);
  try {
    raw.nodes.forEach((n, i) => readNode({ ...reading, values: inside, source, under, depth: depth + 1 }, n, i));
  } catch (error) {
    throw error instanceof Fault ? error.at(where) : error;
  }
  raw.outputs.forEach((port, i) => {
    const value = inside.get(port.name);
    if (value === undefined) {
      throw new Fault("graph/output", {
        what: `the output "${port.name}" of a branch is made by no node`,
        where,
        remedy: "check that the file was copied completely, or export it again",
      });
    }
    if (node.outputs[i] !== "") values.set(node.outputs[i], value);
  });
}

/** The values of a graph within another: its own first, then those around it. */
class Within extends Map<string, Value> {
  readonly #around: ReadonlyMap<string, Value>;

  constructor(around: ReadonlyMap<string, Value>) {
    super();
    this.#around = around;
  }

  override get(name: string): Value | undefined {
    return super.get(name) ?? this.#around.get(name);
  }

  override has(name: string): boolean {
    return super.has(name) || this.#around.has(name);
  }
}
