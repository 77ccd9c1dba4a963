import { int, row, string } from "./row.ts";

const attributes = { direction: string("forward"), hidden_size: int(), layout: int(0) } as const;

/** Recurrence over the first axis, with the activations that ONNX gives by default. */
export const recurrent = {
  /** X, W [directions, 4·hidden, input], R [directions, 4·hidden, hidden], B, lengths, initial h and c, peepholes. */
  LSTM: row([3, 8], attributes, [1, 3]),
  /** X, W [directions, 3·hidden, input], R [directions, 3·hidden, hidden], B, lengths, initial h. */
  GRU: row([3, 6], { ...attributes, linear_before_reset: int(0) }, [1, 2]),
} as const;
