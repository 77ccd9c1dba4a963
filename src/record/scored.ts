import type { PatternSearch } from "../features/patterns/find.ts";
import type { Lattice } from "../spans/lattice.ts";

/** What a program says of one text, before its kind reads an answer out of it. */
export type Scored = ClassScores | LatticeScores;

/** Logits, float32 [labels]. */
export interface ClassScores {
  readonly form: "classes";
  readonly logits: Float32Array;
  /** Windows that the text was read in. */
  readonly windows: number;
}

export interface LatticeScores {
  readonly form: "lattice";
  /** What was looked for in the text already, where the program was told of patterns. */
  readonly search?: PatternSearch;
  readonly lattice: Lattice;
}
