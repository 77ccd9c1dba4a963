import type { ProgramHeader, TensorInfo } from "../model/readers/header.ts";
import { elementsOf } from "../model/readers/precision.ts";
import { FOLDED, holes, PACKED, PACKED_WHOLE, programWeights, type Role, rolesOf } from "./loaded.ts";
import { BLOCK, isRounded, type OnnxPrecision, weightBytesAt } from "./onnx-weights.ts";

/**
 * Bytes that the weights of a program in floating point would take, had `whittle quantise` put it into another form: fp16 and
 * int8 are kept small in the file and widened while the engine loads them, so that in memory they are float32, of int8 once more
 * on the way (its product with the scale); int8-dynamic and int4 are multiplied as they are.
 */
export function programWeightsAt(
  program: ProgramHeader,
  tensors: readonly TensorInfo[],
  precision: OnnxPrecision,
): number {
  if (precision === "fp32" && tensors.every((t) => t.precision !== "F16" && t.precision !== "BF16")) {
    return programWeights(program, tensors);
  }
  const roles = rolesOf(program);
  return Math.ceil(tensors.reduce((sum, tensor) => sum + loadedAt(tensor, roles(tensor), precision), 0));
}

function loadedAt(tensor: TensorInfo, role: Role, precision: OnnxPrecision): number {
  const stored = weightBytesAt(tensor, precision);
  const elements = elementsOf(tensor.dims);
  // The scales of blocks are widened too; the kernel of products keeps them twice more.
  const blocks = precision === "int4" ? Math.ceil(elements / BLOCK) : 0;
  if (!isRounded(tensor)) return stored;
  if (role === "table") return stored + FOLDED * 4 * blocks;
  const widened = FOLDED * 4 * elements;
  if (precision === "fp32") return (role === "other" ? 2 : PACKED) * stored;
  if (precision === "fp16") return widened + holes(stored, true);
  // What is no product keeps 8 bits in all forms of whole numbers, and is widened.
  if (precision === "int8" || role === "other") return 2 * widened + holes(stored, false);
  return (precision === "int4" ? PACKED : PACKED_WHOLE) * stored + (FOLDED * 4 + 2 * 4) * blocks;
}
