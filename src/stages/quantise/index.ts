import type { Candidate } from "../../record/candidate.ts";
import type { Precision } from "../../record/recipe.ts";

/** The precisions that a candidate can be stored in. */
export function precisionsOf(_candidate: Candidate): readonly Precision[] {
  return ["fp32"];
}

export function quantise(candidate: Candidate): Candidate {
  return candidate;
}
