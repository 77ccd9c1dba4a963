import type { ModelHeader } from "../model/readers/header.ts";
import { type Needs, needsOf, type NeedsOptions } from "./needs.ts";
import { hasOpenLength } from "./program-facts.ts";

/** Beyond this nobody has trained one. */
export const MAX_CONTEXT = 1 << 24;
/** Where a program does not say how long its inputs may be. */
const MAX_LENGTH = 1 << 17;

export type LengthUnit = "tokens" | "characters";

export function unitOf({ pack }: Pick<NeedsOptions, "pack">): LengthUnit {
  return pack === undefined ? "tokens" : "characters";
}

export function peak({ total, loadPeak }: Needs): number {
  return Math.max(total, loadPeak);
}

/**
 * The longest context that fits, found by halving: more tokens never take less. An encoder and a program with an open length are
 * asked the same way.
 */
export function longestContext(header: ModelHeader, options: NeedsOptions, budget: number): number | null {
  const { pack } = options;
  const open = header.program === null ? header.architecture !== null : hasOpenLength(header.program);
  if (!open || header.architecture?.uncounted != null) return null;
  const fits = (context: number): boolean => peak(needsOf(header, { ...options, context })) <= budget;
  const most = pack?.longest ?? (header.program === null ? MAX_CONTEXT : MAX_LENGTH);
  let [low, high] = [0, header.architecture?.trainedContext ?? most];
  if (fits(high)) return high;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
