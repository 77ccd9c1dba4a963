import type { ModelHeader, TensorInfo } from "../model/readers/header.ts";
import { programWeightsAt } from "./loaded-at.ts";
import { mixBytes, mixContext, mixes } from "./mixes.ts";
import { needsOf, type NeedsOptions } from "./needs.ts";
import { onnxPrecisions, onnxWeightBytes, packPrecisions } from "./onnx-weights.ts";

/** The same model at another precision. */
export interface Other {
  readonly precision: string;
  /** Bytes in a file. */
  readonly weights: number;
  readonly total: number;
  readonly fits: boolean;
}

/**
 * The same model at the precisions of its format, the finest first, without float32 where none of its matrices is. Empty where its
 * weights are whole numbers already: what they were cannot be had back, and what they would be again is not known.
 */
export function atOtherPrecisions(header: ModelHeader, options: NeedsOptions, budget: number): readonly Other[] {
  return weightsByPrecision(header, options).map(({ precision, file, loaded = file }) => {
    const { total, loadPeak } = needsOf(header, { ...options, weights: loaded });
    return { precision, weights: file, total, fits: Math.max(total, loadPeak) <= budget };
  });
}

interface Weights {
  readonly precision: string;
  /** Bytes in a file, and in memory where that differs. */
  readonly file: number;
  readonly loaded?: number;
}

/** Weights that another scheme has packed into whole numbers: how many there were is not plain from their shape. */
function isPacked({ dims, precision }: TensorInfo, format: ModelHeader["format"]): boolean {
  const whole = format === "onnx" ? ["I8", "I4", "I2"] : ["I8", "I32"];
  return dims.length > 1 && whole.includes(precision);
}

function weightsByPrecision(header: ModelHeader, { pack }: NeedsOptions): readonly Weights[] {
  const { format, tensors, architecture, program } = header;
  if (tensors.length === 0 || (format !== "gguf" && tensors.some((t) => isPacked(t, format)))) return [];
  if (program !== null) {
    return (pack === undefined ? onnxPrecisions : packPrecisions).map((precision) => {
      const [file, loaded] = [onnxWeightBytes(tensors, precision), programWeightsAt(program, tensors, precision)];
      return { precision, file, loaded };
    });
  }
  if (architecture === null) return [];
  const keys = architecture.cache[0]?.keys ?? architecture.width;
  const context = mixContext(tensors, architecture.layers, architecture.heads, keys, architecture.width);
  const whole = tensors.some((t) => t.precision === "F32" && t.dims.filter((d) => d > 1).length > 1);
  return mixes
    .filter((mix) => mix !== "F32" || whole)
    .map((mix) => ({ precision: mix, file: mixBytes(tensors, mix, context) }));
}
