/** What one server takes on; everything over it is refused before it is allocated. */
export interface Limits {
  readonly maxBodyBytes: number;
  /** Texts in one request. */
  readonly maxTexts: number;
  /** A request that takes longer is given up. */
  readonly deadlineMs: number;
  /** Requests that may wait for a model. */
  readonly maxWaiting: number;
}

export const defaultLimits: Limits = { maxBodyBytes: 2 ** 20, maxTexts: 1000, deadlineMs: 10_000, maxWaiting: 64 };
