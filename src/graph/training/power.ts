import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";

/** Up to this |x| the difference is made of the series: beyond it 1 − eˣ loses at most a bit or two. */
const NEAR = 0.5;
/** 1/(k+1)! for k = 0 … 7; what comes after is below 2⁻²⁵ of the whole within NEAR. */
const SERIES = [1, 2, 6, 24, 120, 720, 5040, 40320].map((factorial) => 1 / factorial);

/**
 * 1 − βᵗ for whole t from 1 on, in single precision to 1e-6 relative: devices and pages have no double. Near 1, βᵗ would
 * cancel nearly all digits, so with x = t·ln β it is −x·(1 + x/2! + x²/3! + …) where x is near 0, else 1 − eˣ.
 */
export function oneLessPower(b: Builder, beta: number, t: Value): Value {
  if (beta === 0) return b.scalar(1);
  const x = b.op("Mul", [t, b.scalar(Math.log(beta))]);
  const near = b.op("Less", [b.scalar(-NEAR), x]);
  // Far from 0 the series is not chosen, and must not overflow.
  const y = b.op("Where", [near, x, b.scalar(-NEAR)]);
  const sum = SERIES.slice(0, -1).reduceRight<Value>(
    (high, low) => b.op("Add", [b.op("Mul", [high, y]), b.scalar(low)]),
    b.scalar(SERIES[SERIES.length - 1]),
  );
  const series = b.op("Neg", [b.op("Mul", [y, sum])]);
  return b.op("Where", [near, series, b.op("Sub", [b.scalar(1), b.op("Exp", [x])])]);
}
