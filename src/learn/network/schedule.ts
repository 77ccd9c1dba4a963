export interface Schedule {
  readonly peak: number;
  /** Share of all steps over which the rate rises from 0 to its peak. */
  readonly warmUp: number;
  readonly steps: number;
}

/** The learning rate at step t (from 1): up in a straight line over the warm-up, then down in one to 0 after the last step. */
export function learningRate({ peak, warmUp, steps }: Schedule, t: number): number {
  const rise = Math.max(1, Math.round(warmUp * steps));
  return t <= rise ? (peak * t) / rise : (peak * (steps + 1 - t)) / (steps + 1 - rise);
}
