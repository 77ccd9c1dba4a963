import type { TensorInfo } from "../model/readers/header.ts";
import { elementsOf } from "../model/readers/precision.ts";

/** What an ONNX model weighs in other forms of `whittle quantise`, the finest first. */
export const onnxPrecisions = ["fp32", "fp16", "int8", "int8-dynamic", "int4"] as const;
export type OnnxPrecision = (typeof onnxPrecisions)[number];
/** Those that `whittle make` tries. */
export const packPrecisions = onnxPrecisions.filter((precision) => precision !== "int8-dynamic");

const floats = new Set(["F64", "F32", "F16", "BF16"]);
/** Smaller ones are left as they are: their scales would weigh as much. */
const LEAST_ELEMENTS = 1024;
export const BLOCK = 32;

/** Whether a precision changes a weight: indices and vectors stay as they are. */
export function isRounded({ dims, precision }: TensorInfo): boolean {
  return floats.has(precision) && dims.length > 1 && elementsOf(dims) >= LEAST_ELEMENTS;
}

/**
 * Bytes of a weight in a file. int8: matrices at one byte with a float32 scale a row; int4: half a byte with a float16 scale a block
 * of 32; vectors stay float32, and what is no float stays as it is.
 */
export function weightBytesAt(tensor: TensorInfo, precision: OnnxPrecision): number {
  const { dims, precision: now, bytes } = tensor;
  if (!floats.has(now)) return bytes;
  const elements = elementsOf(dims);
  if (precision === "fp16") return 2 * elements;
  if (precision === "fp32" || !isRounded(tensor)) return 4 * elements;
  if (precision === "int4") return elements / 2 + 2 * Math.ceil(elements / BLOCK);
  return elements + 4 * dims[dims.length - 1];
}

export function onnxWeightBytes(tensors: readonly TensorInfo[], precision: OnnxPrecision): number {
  return tensors.reduce((sum, tensor) => sum + weightBytesAt(tensor, precision), 0);
}
