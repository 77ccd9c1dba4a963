import { type Attributes, type Graph, printFact } from "../ir.ts";
import type { recurrent } from "../op/recurrent.ts";
import { type Call, fact, input, intOf, refuse, sameType, type ShapeRule } from "./call.ts";

const directionsOf: Readonly<Record<string, number>> = { forward: 1, reverse: 1, bidirectional: 2 };

const recurrence =
  (gates: number): ShapeRule =>
  (call) => {
    const [x, w, r] = [input(call, 0), input(call, 1), input(call, 2)];
    const type = sameType(call, x, w, r);
    const directions =
      directionsOf[call.attributes.direction as string] ?? refuse(call, "it runs in no such direction");
    if (x.dims.length !== 3) refuse(call, "it takes [steps, batch, input]");
    if (intOf(call, "layout") !== 0) refuse(call, "the batch before the steps is not spoken here");
    if (call.inputs[4] !== undefined) refuse(call, "lengths of their own are not spoken here");
    if (call.inputs[7] !== undefined) refuse(call, "peepholes are not spoken here");
    const hidden = r.dims[2];
    if (typeof hidden !== "number") return refuse(call, "the hidden size is not known");
    want(call, 1, [directions, gates * hidden, x.dims[2]]);
    want(call, 2, [directions, gates * hidden, hidden]);
    want(call, 3, [directions, 2 * gates * hidden]);
    for (const i of [5, 6]) want(call, i, [directions, undefined, hidden]);
    const [steps, batch] = x.dims;
    const last = fact(type, [directions, batch, hidden]);
    return [fact(type, [steps, directions, batch, hidden]), last, last].slice(0, call.outputs);
  };

/** Numbers that are known on both sides must be the same. */
function want(call: Call, i: number, dims: readonly (number | string | undefined)[]): void {
  const given = call.inputs[i];
  if (given === undefined) return;
  const fits = given.dims.length === dims.length && given.dims.every((d, k) => d === dims[k] || !sure(d, dims[k]));
  if (!fits) refuse(call, `input ${i} should be [${dims.map((d) => d ?? "batch").join(", ")}]`);
}

const sure = (a: unknown, b: unknown): boolean => typeof a === "number" && typeof b === "number";

/** The sizes of a loop: how many states, scanned and captured inputs it has. */
export function scanParts(
  inputs: number,
  attributes: Attributes,
): { states: number; scanned: number; captured: number } {
  const [scanned, captured] = [attributes.num_scan_inputs as number, attributes.captured as number];
  return { states: inputs - scanned - captured, scanned, captured };
}

const scan: ShapeRule = (call) => {
  const body = call.attributes.body as Graph;
  const { states, scanned } = scanParts(call.inputs.length, call.attributes);
  if (states < 0 || scanned < 1 || body.inputs.length !== call.inputs.length || body.outputs.length !== call.outputs)
    refuse(call, "its body has other inputs or outputs than it");
  const steps = input(call, states).dims[0];
  body.inputs.forEach((port, i) => {
    const given = input(call, i);
    const each = i >= states && i < states + scanned ? given.dims.slice(1) : given.dims;
    const fits =
      port.type === given.type &&
      port.dims.length === each.length &&
      port.dims.every((d, k) => d === each[k] || !sure(d, each[k]));
    if (!fits) refuse(call, `its body reads input ${i} as ${printFact(port)}`);
  });
  return body.outputs.map((v, i) => fact(v.type, i < states ? v.dims : [steps, ...v.dims]));
};

export const recurrentShapes = {
  RNN: recurrence(1),
  LSTM: recurrence(4),
  GRU: recurrence(3),
  Scan: scan,
} satisfies Record<keyof typeof recurrent, ShapeRule>;
