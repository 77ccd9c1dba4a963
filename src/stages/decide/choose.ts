import type { Measured } from "../../record/decision.ts";
import { isKnown } from "../../stats/estimate.ts";

/**
 * Candidates in the order in which they are to be taken. First the smallest that holds the bar: the fewest bytes in its
 * parts among those measured that hold it, ties by p95. Those that do not hold it follow, the nearest first: the one whose
 * worst line misses by the smallest share of its limit.
 */
export function byPreference(measured: readonly Measured[]): Measured[] {
  const held = measured.filter((m) => m.held).sort(smaller);
  const missed = measured.filter((m) => !m.held).sort(nearer);
  return [...held, ...missed];
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
function shortfall({ verdicts }: Pick<Measured, "verdicts">): number {
  return Math.max(0, ...verdicts.filter((v) => v.verdict !== "held").map((v) => (v.margin === null ? 1 : -v.margin)));
}
