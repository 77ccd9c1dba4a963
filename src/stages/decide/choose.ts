import type { Measured } from "../../record/decision.ts";
import { isKnown } from "../../stats/estimate.ts";

/**
 * The smallest that holds the bar: the fewest bytes in its parts among those measured that hold it, ties by p95. When
 * nothing holds it, the nearest: the one whose worst line misses by the smallest share of its limit.
 */
export function choose(measured: readonly Measured[]): Measured {
  const held = measured.filter((m) => m.held);
  return held.length > 0 ? first(held, smaller) : first(measured, nearer);
}

/** The chosen, then what to try should it fall short once refitted: the other holders by size, or by nearness. */
function first(measured: readonly Measured[], order: (a: Measured, b: Measured) => number): Measured {
  return [...measured].sort(order)[0];
}

function smaller(a: Measured, b: Measured): number {
  return a.footprint.size_bytes - b.footprint.size_bytes || p95(a) - p95(b);
}

function nearer(a: Measured, b: Measured): number {
  return shortfall(a) - shortfall(b) || smaller(a, b);
}

function p95({ footprint }: Measured): number {
  return isKnown(footprint.latency_ms.p95) ? footprint.latency_ms.p95.value : Infinity;
}

/** The largest share of a limit by which a line is missed; an undetermined line counts as missed by the whole. */
export function shortfall({ verdicts }: Pick<Measured, "verdicts">): number {
  return Math.max(0, ...verdicts.filter((v) => v.verdict !== "held").map((v) => (v.margin === null ? 1 : -v.margin)));
}
