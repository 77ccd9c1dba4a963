import type { Value } from "../../ir.ts";
import { input, int, type Lift, refuse, text, without } from "./site.ts";

const usual: Readonly<Record<string, readonly string[]>> = {
  RNN: ["Tanh"],
  LSTM: ["Sigmoid", "Tanh", "Tanh"],
  GRU: ["Sigmoid", "Tanh"],
};

/**
 * RNN, LSTM and GRU with what is not theirs taken off: activations that are the usual ones, lengths that are all the whole
 * length, and the layout that has the batch first, which is turned round.
 */
export const recurrent: Lift = (s) => {
  const named = s.attributes["activations"]?.strings ?? [];
  const expected = usual[s.op];
  if (named.some((a, i) => a.toLowerCase() !== expected[i % expected.length].toLowerCase()))
    refuse(s, `its activations are ${named.join(", ")}`, "export it with the usual activations");
  if (s.attributes["clip"] !== undefined || int(s, "input_forget", 0) !== 0)
    refuse(s, "it clips its gates or couples them", "export it without");
  const attributes = without(
    s.attributes,
    "activations",
    "activation_alpha",
    "activation_beta",
    "input_forget",
    "layout",
    "output_sequence",
  );
  const x = input(s, 0);
  const batchFirst = int(s, "layout", 0) === 1;
  const steps = x.dims[batchFirst ? 1 : 0];
  const lengths = s.inputs[4];
  const whole =
    lengths?.tensor !== undefined &&
    Array.from(lengths.tensor.data as ArrayLike<number>).every((n) => Number(n) === steps);
  if (lengths !== undefined && !whole)
    refuse(s, "its rows have lengths of their own", "export it without sequence lengths, and feed rows of one length");
  const inputs = s.inputs.with(4 < s.inputs.length ? 4 : 0, 4 < s.inputs.length ? undefined : x);
  if (!batchFirst) return { inputs, attributes };
  const turn = (v: Value | undefined): Value | undefined => v && s.b.op("Transpose", [v], { perm: [1, 0, 2] });
  const turned = inputs.map((v, i) => (i === 0 || i === 5 || i === 6 ? turn(v) : v));
  const op = s.op as "RNN" | "LSTM" | "GRU";
  const linear = op === "GRU" ? { linear_before_reset: int(s, "linear_before_reset", 0) } : {};
  const direction = text(s, "direction", "forward");
  const made = s.b.ops(op, turned, { direction, hidden_size: s.attributes["hidden_size"]?.i, ...linear }, s.outputs);
  // Y [steps, directions, batch, hidden] becomes [batch, steps, directions, hidden].
  return made.map((v, i) => (i === 0 ? s.b.op("Transpose", [v], { perm: [2, 0, 1, 3] }) : turn(v)!));
};
