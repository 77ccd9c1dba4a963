import { MANY, int, ints, requiredInt, row, string, tensorAttribute } from "./row.ts";

/** Operators that move, pick and make elements without arithmetic on them. */
export const layout = {
  Reshape: row(2, { allowzero: int(0) }),
  Flatten: row(1, { axis: int(1) }),
  Transpose: row(1, { perm: ints() }),
  Squeeze: row([1, 2], {}),
  Unsqueeze: row(2, {}),
  Concat: row([1, MANY], { axis: requiredInt() }),
  Split: row([1, 2], { axis: int(0), num_outputs: int() }, [1, MANY]),
  Slice: row([3, 5], {}),
  Pad: row([2, 4], { mode: string("constant") }),
  Expand: row(2, {}),
  Tile: row(2, {}),
  Gather: row(2, { axis: int(0) }),
  GatherElements: row(2, { axis: int(0) }),
  GatherND: row(2, { batch_dims: int(0) }),
  ScatterElements: row(3, { axis: int(0), reduction: string("none") }),
  ScatterND: row(3, { reduction: string("none") }),
  Trilu: row([1, 2], { upper: int(1) }),
  Shape: row(1, { start: int(0), end: int() }),
  Size: row(1, {}),
  Range: row(3, {}),
  ConstantOfShape: row(1, { value: tensorAttribute() }),
  OneHot: row(3, { axis: int(-1) }),
} as const;
