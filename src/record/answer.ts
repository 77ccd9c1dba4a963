/**
 * An answer in the printed form of its kind: the label of classify, the spans of extract and redact (spans/span). It is what
 * is kept, compared and counted; two answers are the same where they print the same.
 */
export interface Answer {
  readonly label: string;
  /** Probability that the answer is right; where it has parts, that of the least sure. */
  readonly confidence: number;
}

/** Answers told beside the one that was given, with their probabilities. */
export type Likely = readonly (readonly [label: string, chance: number])[];
