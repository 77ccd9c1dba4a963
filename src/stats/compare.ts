import { isKnown, type Estimate, type Known } from "./estimate.ts";

/** The three answers. "Too small to tell" is an answer, with the number of examples that would do where one would. */
export interface Verdict {
  readonly verdict: "held" | "broken" | "too small to tell";
  readonly reason: string;
  /** Items that would decide it if the figure stayed where it is; absent where no number would. */
  readonly enough?: number;
}

export interface Bar {
  readonly limit: number;
  /** "at least" for quality, "at most" for latency, size and leaks. */
  readonly side: "at least" | "at most";
  /** Whether the end of the interval or the plain figure must hold; the end unless told. */
  readonly judged?: "interval" | "estimate";
}

/** An estimate against a bar: held where the whole interval is on the right side, broken where it is on the wrong one. */
export function againstBar(estimate: Estimate, { limit, side, judged = "interval" }: Bar): Verdict {
  if (!isKnown(estimate)) return { verdict: "too small to tell", reason: estimate.undetermined };
  const { value, low, high } = estimate;
  const upward = side === "at least";
  const holds = (x: number): boolean => (upward ? x >= limit : x <= limit);
  if (judged === "estimate") {
    return {
      verdict: holds(value) ? "held" : "broken",
      reason: `${figure(value)} is asked to be ${side} ${figure(limit)}`,
    };
  }
  const [worst, best] = upward ? [low, high] : [high, low];
  const where = `[${figure(low)}, ${figure(high)}]`;
  if (holds(worst)) return { verdict: "held", reason: `all of ${where} is ${side} ${figure(limit)}` };
  if (!holds(best)) return { verdict: "broken", reason: `nothing in ${where} is ${side} ${figure(limit)}` };
  const enough = enoughToDecide(estimate, limit);
  return {
    verdict: "too small to tell",
    reason: `${where} reaches over ${figure(limit)} on n=${estimate.n}`,
    ...(enough === undefined ? {} : { enough }),
  };
}

/**
 * Items at which the interval would end at the limit if the figure stayed where it is: widths shrink with √n, so
 * n·(width/distance)², the width being that on the limit's side or half the interval, whichever is more (the interval of
 * a share evens out as n grows). The figure on the limit itself is decided by no number.
 */
export function enoughToDecide({ value, low, high, n }: Known, limit: number): number | undefined {
  const distance = Math.abs(value - limit);
  const width = Math.max(limit < value ? value - low : high - value, (high - low) / 2);
  const enough = Math.ceil(n * (width / distance) ** 2);
  return distance > 0 && Number.isSafeInteger(enough) ? Math.max(enough, n + 1) : undefined;
}

export interface Change {
  /** Whether more of the figure is better; true unless told. */
  readonly higherIsBetter?: boolean;
}

/**
 * Non-inferiority of head to base: `difference` is head - base. Held where the interval's bad end is no worse than the
 * margin, broken where its good end is worse than that (ICH E9, §3.3.2; both by the same interval, so a claim is made
 * at (1 - level)/2).
 */
export function nonInferior(difference: Estimate, margin: number, { higherIsBetter = true }: Change = {}): Verdict {
  return againstBar(
    difference,
    higherIsBetter ? { limit: -margin, side: "at least" } : { limit: margin, side: "at most" },
  );
}

/** Superiority of head to base by more than `margin` (0 unless told). */
export function superior(difference: Estimate, margin = 0, { higherIsBetter = true }: Change = {}): Verdict {
  const verdict = againstBar(
    difference,
    higherIsBetter ? { limit: margin, side: "at least" } : { limit: -margin, side: "at most" },
  );
  // An interval that only touches zero has shown nothing.
  const touching = isKnown(difference) && (higherIsBetter ? difference.low <= margin : difference.high >= -margin);
  return verdict.verdict === "held" && touching
    ? { verdict: "too small to tell", reason: `the interval ends on ${figure(margin)}` }
    : verdict;
}

function figure(x: number): string {
  return Number.isInteger(x) ? `${x}` : Math.abs(x) < 100 ? x.toFixed(3) : x.toFixed(1);
}
