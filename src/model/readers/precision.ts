/**
 * How numbers are stored: a block of so many elements takes so many bytes. A row of a tensor is whole blocks.
 *
 * The block formats are those of ggml (its GGML_QUANT_SIZES): Q4_K, for one, keeps 256 elements in 144 bytes: two halves
 * for scale and least value, 12 bytes for the scales of its eight parts, and 128 bytes of nibbles. The others are the plain types
 * of safetensors and ONNX.
 */
export interface Block {
  readonly elements: number;
  readonly bytes: number;
}

const block = (elements: number, bytes: number): Block => ({ elements, bytes });

export const precisions = {
  F64: block(1, 8),
  F32: block(1, 4),
  F16: block(1, 2),
  BF16: block(1, 2),
  F8: block(1, 1),
  F4: block(2, 1),
  F6: block(4, 3),
  I64: block(1, 8),
  I32: block(1, 4),
  I16: block(1, 2),
  I8: block(1, 1),
  I4: block(2, 1),
  I2: block(4, 1),
  BOOL: block(1, 1),
  C64: block(1, 8),
  C128: block(1, 16),
  Q1_0: block(128, 18),
  Q4_0: block(32, 18),
  Q4_1: block(32, 20),
  Q5_0: block(32, 22),
  Q5_1: block(32, 24),
  Q8_0: block(32, 34),
  Q8_1: block(32, 36),
  Q2_K: block(256, 84),
  Q3_K: block(256, 110),
  Q4_K: block(256, 144),
  Q5_K: block(256, 176),
  Q6_K: block(256, 210),
  Q8_K: block(256, 292),
  IQ1_S: block(256, 50),
  IQ1_M: block(256, 56),
  IQ2_XXS: block(256, 66),
  IQ2_XS: block(256, 74),
  IQ2_S: block(256, 82),
  IQ3_XXS: block(256, 98),
  IQ3_S: block(256, 110),
  IQ4_NL: block(32, 18),
  IQ4_XS: block(256, 136),
  TQ1_0: block(256, 54),
  TQ2_0: block(256, 66),
  MXFP4: block(32, 17),
  NVFP4: block(64, 36),
} as const satisfies Record<string, Block>;

export type Precision = keyof typeof precisions;

export function elementsOf(dims: readonly number[]): number {
  return dims.reduce((n, d) => n * d, 1);
}

/**
 * Bytes of a tensor whose rows are `row` elements long, or undefined where a row is no whole number of blocks. Nibbles
 * and other small types of ONNX and safetensors are packed without regard to rows: give 0 for `row`.
 */
export function bytesAt(precision: Precision, elements: number, row: number): number | undefined {
  const { elements: each, bytes } = precisions[precision];
  if (row === 0) return Math.ceil(elements / each) * bytes;
  return row % each === 0 ? (elements / each) * bytes : undefined;
}
