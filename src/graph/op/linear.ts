import { float, int, ints, MANY, row, string } from "./row.ts";

const window = { auto_pad: string("NOTSET"), dilations: ints(), pads: ints(), strides: ints() } as const;

/** Products and convolutions, and their quantised forms. */
export const linear = {
  MatMul: row(2, {}),
  Einsum: row([1, MANY], { equation: { kind: "string", required: true } }),
  Gemm: row([2, 3], { alpha: float(1), beta: float(1), transA: int(0), transB: int(0) }),
  Conv: row([2, 3], { ...window, group: int(1), kernel_shape: ints() }),
  ConvTranspose: row([2, 3], { ...window, group: int(1), kernel_shape: ints(), output_padding: ints() }),
  QuantizeLinear: row([2, 3], { axis: int(1) }),
  DequantizeLinear: row([2, 3], { axis: int(1), block_size: int(0) }),
  DynamicQuantizeLinear: row(1, {}, 3),
  MatMulInteger: row([2, 4], {}),
} as const;
