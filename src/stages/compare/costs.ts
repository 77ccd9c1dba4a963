import { printBytes } from "../../base/print.ts";
import type { CheckLine } from "../../record/check.ts";
import { againstBar } from "../../stats/compare.ts";
import { quantile } from "../../stats/quantile.ts";

/** Bytes of head against those of base: exact, so held or broken. */
export function compareBytes(name: "size" | "memory", base: number, head: number, margin: number): CheckLine {
  const ratio = head / base;
  return {
    name,
    verdict: ratio <= 1 + margin ? "held" : "broken",
    reason: `${printBytes(head)} after ${printBytes(base)}`,
    change: { value: ratio, low: ratio, high: ratio, n: 1, level: 1, method: "ratio" },
    margin,
    enough: null,
  };
}

/**
 * Latency of head against base: the median over items of the ratio of the two times each item took, taken in turns in
 * one run. Its interval is that of a quantile, which assumes nothing about how times are spread.
 */
export function compareLatency(base: readonly number[], head: readonly number[], margin: number): CheckLine {
  const change = quantile(
    head.map((time, i) => time / base[i]),
    0.5,
  );
  const { verdict, reason, enough } = againstBar(change, { limit: 1 + margin, side: "at most" });
  return { name: "latency", verdict, reason, change, margin, enough: enough ?? null };
}

export function notCompared(name: string, reason: string): CheckLine {
  return { name, verdict: "not compared", reason, change: null, margin: null, enough: null };
}
