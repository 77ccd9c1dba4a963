import { int, ints, type OpRow, requiredInt, row, string } from "./row.ts";

/** An operator of the engine's own, beside the standard ones. */
const contributed = <R extends OpRow>(given: R): R & { readonly domain: "com.microsoft" } => ({
  ...given,
  domain: "com.microsoft",
});

/** Operators that compute from weights kept in whole numbers. */
export const quantised = {
  /**
   * A · dequantised(B)ᵀ. B holds [N, blocks, block_size·bits/8] bytes, low bits first, one scale and (packed alike) one
   * zero point a block along K. accuracy_level 4 lets the engine quantise A to 8 bits by block as well.
   */
  MatMulNBits: contributed(
    row([3, 6], {
      K: requiredInt(),
      N: requiredInt(),
      bits: int(4),
      block_size: requiredInt(),
      accuracy_level: int(0),
    }),
  ),
  /** The rows of a table picked and dequantised: bytes [rows, columns·bits/8], scales [rows, blocks]. */
  GatherBlockQuantized: contributed(
    row([3, 4], { bits: int(4), block_size: int(128), gather_axis: int(0), quantize_axis: int(1) }),
  ),
  ConvInteger: row([2, 4], {
    auto_pad: string("NOTSET"),
    dilations: ints(),
    pads: ints(),
    strides: ints(),
    group: int(1),
    kernel_shape: ints(),
  }),
} as const;
