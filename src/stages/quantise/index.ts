import { fromOnnx, toOnnx } from "../../graph/index.ts";
import { fp16Storage } from "../../graph/quantise/fp16.ts";
import { int8Weights } from "../../graph/quantise/int8.ts";
import type { Candidate } from "../../record/candidate.ts";
import type { Precision } from "../../record/recipe.ts";
import type { Blobs } from "../../store/port.ts";

const GRAPH = "model.onnx";

/** The precisions that differ for this candidate: keyword rules have no weights to store smaller. */
export function precisionsOf(candidate: Candidate): readonly Precision[] {
  return candidate.parts.some((part) => part.name === GRAPH) ? ["fp32", "fp16", "int8"] : ["fp32"];
}

/** Quantise: the same candidate with its graph's weights stored in fewer bits. Every other part stays as it is. */
export function quantise(candidate: Candidate, precision: Precision, blobs: Blobs): Candidate {
  if (precision === "fp32") return candidate;
  const parts = candidate.parts.map((part) => {
    if (part.name !== GRAPH) return part;
    const graph = fromOnnx(blobs.get(part.sha256));
    const bytes = toOnnx(precision === "fp16" ? fp16Storage(graph) : int8Weights(graph));
    return { name: part.name, sha256: blobs.put(bytes), bytes: bytes.byteLength };
  });
  return { ...candidate, precision, parts };
}
