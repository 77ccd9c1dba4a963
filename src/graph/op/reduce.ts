import { int, row } from "./row.ts";

const reduction = { keepdims: int(1), noop_with_empty_axes: int(0) } as const;

/** Operators that fold one or more axes, or run along one. */
export const reduce = {
  ReduceSum: row([1, 2], reduction),
  ReduceMean: row([1, 2], reduction),
  ReduceMax: row([1, 2], reduction),
  ReduceMin: row([1, 2], reduction),
  ReduceSumSquare: row([1, 2], reduction),
  ReduceL1: row([1, 2], reduction),
  ReduceL2: row([1, 2], reduction),
  ReduceLogSum: row([1, 2], reduction),
  ReduceLogSumExp: row([1, 2], reduction),
  ReduceProd: row([1, 2], reduction),
  ArgMax: row(1, { axis: int(0), keepdims: int(1), select_last_index: int(0) }),
  ArgMin: row(1, { axis: int(0), keepdims: int(1), select_last_index: int(0) }),
  /** Values in order and their places; the first of equals comes first. */
  TopK: row(2, { axis: int(-1), largest: int(1), sorted: int(1) }, 2),
  CumSum: row(2, { exclusive: int(0), reverse: int(0) }),
  Softmax: row(1, { axis: int(-1) }),
  LogSoftmax: row(1, { axis: int(-1) }),
} as const;
