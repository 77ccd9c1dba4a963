/**
 * What a tagger says of one text: a score for every tag at every token, and for every step from tag to tag. Tags are
 * those of spans/tags. Kept as plain arrays, as many are held at once.
 */
export interface Lattice {
  /** Start and end of every token in the text, UTF-16: [2 n]. */
  readonly tokens: Int32Array;
  /** Log-scores [n, tags]. */
  readonly emissions: Float32Array;
  /**
   * Log-scores of steps, [tags + 1, tags + 1]: from the row to the column; the last row is the step into the first token,
   * the last column the step out of the last. Not written once it is here: what follows from it is kept beside it.
   */
  readonly transitions: Float32Array;
  /** Windows that the text was read in. */
  readonly windows: number;
}
