import type { Estimate } from "../stats/estimate.ts";

/** What marking more readily saves and costs, on the rows that the chosen candidate of redact was judged on. */
export interface Operating {
  /** "folds" or "dev", as of the candidate's own evaluation; never the test. */
  readonly on: string;
  readonly rows: number;
  /** By rising bias. */
  readonly points: readonly OperatingPoint[];
}

export interface OperatingPoint {
  /** Subtracted from the scores of what is no span. */
  readonly outsideBias: number;
  /** Share of the texts that keep a leak. */
  readonly leak_documents: Estimate;
  /** Share of the other characters that are redacted with them. */
  readonly over_redaction: Estimate;
}
