import { float, int, row } from "./row.ts";

const reduction = { keepdims: int(1), noop_with_empty_axes: int(0) } as const;

/** Operators that fold one or more axes, and those that normalise over them. */
export const reduce = {
  ReduceSum: row([1, 2], reduction),
  ReduceMean: row([1, 2], reduction),
  ReduceMax: row([1, 2], reduction),
  ReduceMin: row([1, 2], reduction),
  ReduceSumSquare: row([1, 2], reduction),
  ArgMax: row(1, { axis: int(0), keepdims: int(1), select_last_index: int(0) }),
  CumSum: row(2, { exclusive: int(0), reverse: int(0) }),
  Softmax: row(1, { axis: int(-1) }),
  LogSoftmax: row(1, { axis: int(-1) }),
  LayerNormalization: row([2, 3], { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) }, [1, 3]),
} as const;
