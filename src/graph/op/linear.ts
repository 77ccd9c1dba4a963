import { float, int, ints, row, string } from "./row.ts";

const window = { auto_pad: string("NOTSET"), dilations: ints(), pads: ints(), strides: ints() } as const;

/** Products, convolutions and pooling, and their quantised forms. */
export const linear = {
  MatMul: row(2, {}),
  Gemm: row([2, 3], { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) }),
  Conv: row([2, 3], { ...window, group: int(1), kernel_shape: ints() }),
  ConvTranspose: row([2, 3], { ...window, group: int(1), kernel_shape: ints(), output_padding: ints() }),
  MaxPool: row(
    1,
    { ...window, kernel_shape: { kind: "ints", required: true }, ceil_mode: int(0), storage_order: int(0) },
    [1, 2],
  ),
  GlobalMaxPool: row(1, {}),
  QuantizeLinear: row([2, 3], { axis: int(1) }),
  DequantizeLinear: row([2, 3], { axis: int(1), block_size: int(0) }),
  DynamicQuantizeLinear: row(1, {}, 3),
  MatMulInteger: row([2, 4], {}),
} as const;
