/** Time comes in through this port, so that stages stay functions of their records. */
export interface Clock {
  /** Milliseconds, monotonic, with a fraction. */
  readonly now: () => number;
  /** Wall time, for the store and receipts; never for anything that is packed. */
  readonly date: () => Date;
}

export const systemClock: Clock = { now: () => performance.now(), date: () => new Date() };
