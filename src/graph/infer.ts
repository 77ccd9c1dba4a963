import { Fault } from "../base/fault.ts";
import { nearest } from "../base/nearest.ts";
import type { Dim } from "./dim.ts";
import type { Attributes, AttributeValue, Fact } from "./ir.ts";
import type { Arity } from "./op/row.ts";
import { type OpName, rowOf } from "./op/table.ts";
import { shapes } from "./shape/table.ts";

/** The facts of a node's outputs; refuses what the operator's row or shape rule does not allow. */
export function infer(
  op: OpName,
  inputs: readonly (Fact | undefined)[],
  attributes: Attributes,
  outputs: number,
  unknown: () => Dim,
): readonly Fact[] {
  const row = rowOf(op);
  const within = (n: number, [least, most]: Arity): boolean => n >= least && n <= most;
  if (!within(inputs.length, row.inputs) || inputs.slice(0, row.inputs[0]).includes(undefined)) {
    throw new Fault("graph/arity", {
      what: `${op} takes ${count(row.inputs)} inputs and was given ${inputs.length}`,
    });
  }
  if (!within(outputs, row.outputs)) {
    throw new Fault("graph/arity", {
      what: `${op} gives ${count(row.outputs)} outputs and ${outputs} were asked for`,
    });
  }
  const facts = shapes[op]({ op, inputs, attributes, outputs, unknown });
  return facts.slice(0, outputs);
}

const count = ([least, most]: Arity): string => (least === most ? String(least) : `${least} to ${most}`);

/** Fills in defaults; refuses an attribute that the operator does not know or one that it lacks. */
export function completeAttributes(
  op: OpName,
  given: Readonly<Record<string, AttributeValue | undefined>>,
): Attributes {
  const specs = rowOf(op).attributes;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      const near = nearest(name, Object.keys(specs));
      throw new Fault("graph/attribute", {
        what: `${op} has no attribute "${name}"`,
        remedy: near === undefined ? "leave it out" : `did you mean "${near}"?`,
      });
    }
  }
  const complete: Record<string, AttributeValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = given[name] ?? spec.default;
    if (value !== undefined) complete[name] = value;
    else if (spec.required) throw new Fault("graph/attribute", { what: `${op} needs the attribute "${name}"` });
  }
  return complete;
}
