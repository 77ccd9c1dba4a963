import type { Precision, Recipe } from "./recipe.ts";

/** A trained model as the parts of a pack, each a blob known by its hash. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly precision: Precision;
  /** The rows it was trained on, in words: "train", "train+dev", "fold 3". */
  readonly trainedOn: string;
  readonly parts: readonly PartRef[];
  /** What training left to read: epochs, losses. Empty where there was nothing to iterate. */
  readonly curve: readonly CurvePoint[];
}

export interface PartRef {
  /** The name inside the pack: "model.json", "model.onnx", "features.bin", … */
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface CurvePoint {
  readonly epoch: number;
  readonly loss: number;
  /** Quality on the rows watched for early stopping; null where none were. */
  readonly watched: number | null;
}

/** Bytes that a device downloads for these parts. */
export function sizeOfParts(candidate: Candidate): number {
  return candidate.parts.reduce((sum, part) => sum + part.bytes, 0);
}
