/** How the learning rate runs over a training: up in a straight line over the warm-up, then down or level. */
export interface Schedule {
  readonly peak: number;
  /** Share of all steps over which the rate rises from 0 to its peak. */
  readonly warmUp: number;
  readonly steps: number;
  /** After the warm-up: down to 0 after the last step, in a line (when not told) or half a cosine, or at the peak throughout. */
  readonly shape?: "linear" | "cosine" | "constant";
}

/** The learning rate at step t (from 1). */
export function learningRate({ peak, warmUp, steps, shape = "linear" }: Schedule, t: number): number {
  const rise = Math.max(1, Math.round(warmUp * steps));
  if (t <= rise) return (peak * t) / rise;
  switch (shape) {
    case "linear":
      return (peak * (steps + 1 - t)) / (steps + 1 - rise);
    case "cosine":
      return (peak * (1 + Math.cos((Math.PI * (t - rise)) / (steps + 1 - rise)))) / 2;
    case "constant":
      return peak;
  }
}
