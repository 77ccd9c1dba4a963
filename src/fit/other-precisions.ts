import type { ModelHeader, TensorInfo } from "../model/readers/header.ts";
import { mixBytes, mixContext, mixes } from "./mixes.ts";
import { needsOf, type NeedsOptions } from "./needs.ts";
import { onnxPrecisions, onnxWeightBytes } from "./onnx-weights.ts";

/** The same model at another precision. */
export interface Other {
  readonly precision: string;
  readonly weights: number;
  readonly total: number;
  readonly fits: boolean;
}

/** The same model at the precisions of its format, the finest first, without float32 where none of its matrices is. */
export function atOtherPrecisions(header: ModelHeader, options: NeedsOptions, budget: number): readonly Other[] {
  return weightsByPrecision(header).map(([precision, weights]) => {
    const held = options.held === undefined ? undefined : weights;
    const { total, loadPeak } = needsOf(header, { ...options, held, weights: loaded(header, precision, weights) });
    return { precision, weights, total, fits: Math.max(total, loadPeak) <= budget };
  });
}

/** float16 in ONNX Runtime is cast to float32 and both are kept: three times the file. */
function loaded({ format }: ModelHeader, precision: string, weights: number): number {
  return format === "onnx" && precision === "fp16" ? 3 * weights : weights;
}

/** Weights that another scheme has packed into whole numbers: how many there were is not plain from their shape. */
function isPacked({ dims, precision }: TensorInfo): boolean {
  return dims.length > 1 && (precision === "I32" || precision === "I8");
}

function weightsByPrecision(header: ModelHeader): readonly (readonly [string, number])[] {
  const { format, tensors, architecture } = header;
  if (tensors.length === 0) return [];
  if (format === "onnx") return onnxPrecisions.map((p) => [p, onnxWeightBytes(tensors, p)] as const);
  if (architecture === null || (format === "safetensors" && tensors.some(isPacked))) return [];
  const keys = architecture.cache[0]?.keys ?? architecture.width;
  const context = mixContext(tensors, architecture.layers, architecture.heads, keys, architecture.width);
  const whole = tensors.some((t) => t.precision === "F32" && t.dims.filter((d) => d > 1).length > 1);
  return mixes.filter((mix) => mix !== "F32" || whole).map((mix) => [mix, mixBytes(tensors, mix, context)] as const);
}
