import { int, ints, MANY, requiredInt, row, string } from "./row.ts";

const attributes = { direction: string("forward"), hidden_size: int(), layout: int(0) } as const;

/** Recurrence over the first axis, with the activations that ONNX gives by default. */
export const recurrent = {
  /** X, W [directions, hidden, input], R [directions, hidden, hidden], B, lengths, initial h. */
  RNN: row([3, 6], attributes, [1, 2]),
  /** X, W [directions, 4·hidden, input], R [directions, 4·hidden, hidden], B, lengths, initial h and c, peepholes. */
  LSTM: row([3, 8], attributes, [1, 3]),
  /** X, W [directions, 3·hidden, input], R [directions, 3·hidden, hidden], B, lengths, initial h. */
  GRU: row([3, 6], { ...attributes, linear_before_reset: int(0) }, [1, 2]),
  /**
   * Runs a graph once a step. Inputs: states, `num_scan_inputs` tensors that are read along their first axis, and
   * `captured` values that every step reads whole (on the wire the body reads these by their names). Outputs: the last
   * states, and what the steps give, stacked along a first axis. A direction of 1 runs from the last to the first.
   */
  Scan: row(
    [1, MANY],
    {
      body: { kind: "graph", required: true },
      num_scan_inputs: requiredInt(),
      captured: int(0),
      scan_input_directions: ints(),
      scan_output_directions: ints(),
    },
    [1, MANY],
  ),
} as const;
