import { float, int, ints, row, string } from "./row.ts";

const window = { auto_pad: string("NOTSET"), dilations: ints(), pads: ints(), strides: ints() } as const;
const pooling = { ...window, kernel_shape: { kind: "ints", required: true }, ceil_mode: int(0) } as const;

/** Operators that gather places of an image: pooling, and the change of its size. */
export const pool = {
  MaxPool: row(1, { ...pooling, storage_order: int(0) }, [1, 2]),
  AveragePool: row(1, { ...pooling, count_include_pad: int(0) }),
  GlobalMaxPool: row(1, {}),
  GlobalAveragePool: row(1, {}),
  /** X, regions of interest (not spoken), scales or sizes. Each axis is resized by itself. */
  Resize: row([1, 4], {
    antialias: int(0),
    axes: ints(),
    coordinate_transformation_mode: string("half_pixel"),
    cubic_coeff_a: float(-0.75),
    exclude_outside: int(0),
    extrapolation_value: float(0),
    keep_aspect_ratio_policy: string("stretch"),
    mode: string("nearest"),
    nearest_mode: string("round_prefer_floor"),
  }),
} as const;
