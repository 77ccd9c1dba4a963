import { Fault } from "../../base/fault.ts";
import { float32, int64, type Tensor } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { AttributeValue, Value } from "../ir.ts";
import type { AttributeKind } from "../op/row.ts";
import { isOpName, type OpName, rowOf } from "../op/table.ts";
import { elementTypeOf } from "./fields.ts";
import type { Renewed, Site } from "./lift/site.ts";
import { lifts } from "./lift/table.ts";
import type { RawAttribute, RawNode } from "./model.ts";
import { readScan } from "./body.ts";
import { readIf } from "./branch.ts";
import { inputsOf, type Reading } from "./reading.ts";
import { refuseOperator } from "./refusal.ts";
import { shortest } from "./shortest.ts";

/** Reads one node: its inputs are found, what is old is lifted, and its outputs are made under the names of the file. */
export function readNode(reading: Reading, node: RawNode, at: number): void {
  const { b, opset, values, source, under, opened } = reading;
  const where = `node ${at}${node.name === "" ? "" : ` "${node.name}"`} (${node.op})`;
  if (node.op === "Constant" && node.domain === "") {
    return source(node.outputs[0], constantOf(node, where));
  }
  if (node.op === "Scan" && node.domain === "") return readScan(reading, node, where, readNode);
  if (node.op === "If" && node.domain === "") return readIf(reading, node, where, readNode);
  const known = lifts[node.domain === "" ? node.op : `${node.domain}.${node.op}`];
  if (known === undefined && spoken(node.op, node.domain) === undefined) refuseOperator(node, where);
  const inputs = inputsOf(node, values, where);
  const { op, attributes, outputs } = node;
  const site: Site = { b, op, opset, opened, inputs, attributes, outputs: outputs.length };
  try {
    const lifted = known?.(site);
    const names = node.outputs.map((name) => name && under + name);
    const made = Array.isArray(lifted)
      ? named(b, names, lifted as Value[])
      : plain(site, names, lifted as Renewed | undefined);
    node.outputs.forEach((name, i) => name !== "" && made[i] !== undefined && values.set(name, made[i]));
  } catch (error) {
    if (error instanceof Fault) throw error.at(where);
    // Numbers that make no sense reach arithmetic that expects some.
    throw new Fault("graph/wire", {
      what: `the attributes of a ${node.op} make no sense`,
      where,
      why: error instanceof Error ? error.message : String(error),
      remedy: "check that the file was copied completely",
      cause: error,
    });
  }
}

function spoken(op: string, domain: string): OpName | undefined {
  return isOpName(op) && (rowOf(op).domain ?? "") === domain ? op : undefined;
}

/** The values that stand for a node under the names that the file gives its outputs. */
function named(b: Builder, names: readonly string[], made: readonly Value[]): Value[] {
  return made.map((v, i) => (names[i] ? b.named(names[i], v) : v));
}

function plain(site: Site, names: readonly string[], renewed: Renewed = {}): Value[] {
  const op = (renewed.op ?? site.op) as OpName;
  const outputs = names.map((name, i) => (name === "" ? `${names.find((n) => n !== "") ?? op}.unused${i}` : name));
  const attributes = attributesOf(op, renewed.attributes ?? site.attributes);
  return site.b.ops(op, renewed.inputs ?? site.inputs, attributes, outputs);
}

function constantOf(node: RawNode, where: string): Tensor {
  const { value, value_int, value_ints, value_float, value_floats } = node.attributes;
  if (value?.t !== undefined) return value.t;
  if (value_int?.i !== undefined) return int64([], [value_int.i]);
  if (value_ints !== undefined) return int64([value_ints.ints.length], value_ints.ints);
  if (value_float?.f !== undefined) return float32([], [value_float.f]);
  if (value_floats !== undefined) return float32([value_floats.floats.length], value_floats.floats);
  const [kind] = Object.keys(node.attributes);
  throw new Fault("graph/unsupported", {
    what: "a Constant of a kind that is not spoken here",
    where,
    why: kind === undefined ? "it holds nothing" : `it is a ${kind}`,
    remedy: "export the model with dense constants of numbers",
  });
}

/** An attribute that the row does not know is handed on, and refused with the names that it does know. */
function attributesOf(op: OpName, given: Readonly<Record<string, RawAttribute>>): Record<string, AttributeValue> {
  const specs = rowOf(op).attributes;
  const result: Record<string, AttributeValue> = {};
  for (const [name, raw] of Object.entries(given))
    result[name] = Object.hasOwn(specs, name) ? valueOf(raw, specs[name].kind, name) : 0;
  return result;
}

function valueOf(raw: RawAttribute, kind: AttributeKind, name: string): AttributeValue {
  const value = {
    int: raw.i,
    float: raw.f === undefined ? undefined : shortest(raw.f),
    string: raw.s,
    ints: raw.ints,
    type: elementTypeOf(raw.i ?? 0),
    tensor: raw.t,
    graph: undefined,
  }[kind];
  if (value !== undefined) return value;
  throw new Fault("graph/attribute", {
    what: `the attribute "${name}" should be of the kind ${kind}`,
    remedy: "the file is damaged, or asks for an element type that is not spoken here",
  });
}
