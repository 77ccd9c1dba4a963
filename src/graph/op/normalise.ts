import { float, int, row } from "./row.ts";

/** Operators that bring their input to a mean of 0 and a deviation of 1 over some axes, then scale and shift it. */
export const normalise = {
  LayerNormalization: row([2, 3], { axis: int(-1), epsilon: float(1e-5), stash_type: int(1) }, [1, 3]),
  /** X, scale, bias, and the mean and variance of each channel as they were kept from training. */
  BatchNormalization: row(5, { epsilon: float(1e-5), momentum: float(0.9), training_mode: int(0) }),
  /** Over the spatial axes of each channel of each row. */
  InstanceNormalization: row(3, { epsilon: float(1e-5) }),
} as const;
