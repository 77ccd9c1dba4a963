/** A number never travels alone: it carries its interval, n, method and level, or it says why it is undetermined. */
export interface Known {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Confidence level of the interval, 0.95 unless told. */
  readonly level: number;
  /** How the interval was made: "wilson", "bootstrap-bca", … */
  readonly method: string;
}

export interface Undetermined {
  readonly undetermined: string;
  readonly n: number;
}

/** JSON: {"value","low","high","n","level","method"} or {"undetermined": "reason", "n"}. */
export type Estimate = Known | Undetermined;

export function isKnown(estimate: Estimate): estimate is Known {
  return "value" in estimate;
}

export function undetermined(reason: string, n: number): Undetermined {
  return { undetermined: reason, n };
}

/** "0.913 [0.903, 0.923] n=3080", or the reason why there is none. */
export function printEstimate(estimate: Estimate, digits = 3): string {
  if (!isKnown(estimate)) return `undetermined (${estimate.undetermined}), n=${estimate.n}`;
  const f = (x: number): string => x.toFixed(digits);
  return `${f(estimate.value)} [${f(estimate.low)}, ${f(estimate.high)}] n=${estimate.n}`;
}
