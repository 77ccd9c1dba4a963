import type { TensorInfo } from "../model/readers/header.ts";
import { elementsOf } from "../model/readers/precision.ts";

/** What an ONNX model weighs at other precisions, the finest first, under the names that hubs give such files. */
export const onnxPrecisions = ["fp32", "fp16", "int8", "q4"] as const;
export type OnnxPrecision = (typeof onnxPrecisions)[number];

const floats = new Set(["F64", "F32", "F16", "BF16"]);
/** Smaller ones are left as they are: their scales would weigh as much. */
const LEAST_ELEMENTS = 1024;
const BLOCK = 32;

/**
 * Bytes in a file. int8: matrices at one byte with a float32 scale a row; q4: half a byte with a float32 scale a block of 32; vectors
 * stay float32. What is no float stays as it is: indices, and weights that are quantised already.
 */
export function onnxWeightBytes(tensors: readonly TensorInfo[], precision: OnnxPrecision): number {
  return tensors.reduce((sum, { dims, precision: now, bytes }) => {
    if (!floats.has(now)) return sum + bytes;
    const elements = elementsOf(dims);
    if (precision === "fp16") return sum + 2 * elements;
    if (precision === "fp32" || dims.length < 2 || elements < LEAST_ELEMENTS) return sum + 4 * elements;
    if (precision === "int8") return sum + elements + 4 * dims[dims.length - 1];
    return sum + elements / 2 + 4 * Math.ceil(elements / BLOCK);
  }, 0);
}
