import { zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { type DecayOptions, type Moved, share, type StepScalars, type Trained } from "./optimiser.ts";

/**
 * Lion: the sign of an interpolated momentum (Chen et al. 2023). It keeps one tensor a parameter where AdamW keeps two, and
 * wants a rate three to ten times lower. Decay is 0.01 when not told.
 */
export interface LionOptions extends DecayOptions {
  readonly kind: "lion";
  readonly beta1?: number;
  readonly beta2?: number;
}

/** p ← p − rate·(sign(β₁m + (1 − β₁)g) + decay·p), then m ← β₂m + (1 − β₂)g, with g clipped. */
export function lion(b: Builder, options: LionOptions, { clip }: StepScalars): (p: Trained) => Moved[] {
  const beta1 = share("β₁", options.beta1 ?? 0.9);
  const beta2 = share("β₂", options.beta2 ?? 0.99);
  const mul = (x: Value, y: Value): Value => b.op("Mul", [x, y]);
  const mixed = (m: Value, g: Value, beta: number): Value =>
    b.op("Add", [mul(m, b.scalar(beta)), mul(g, mul(clip, b.scalar(1 - beta)))]);
  return ({ name, value: p, gradient: g, start, rate, decay }) => {
    const m = b.input(`m.${name}`, "float32", start.dims);
    const move = mul(b.op("Sign", [mixed(m, g, beta1)]), rate);
    const shrunk = decay === 0 ? p : mul(p, b.op("Sub", [b.scalar(1), mul(rate, b.scalar(decay))]));
    return [
      { name, before: p, after: b.op("Sub", [shrunk, move]), start },
      { name: `m.${name}`, before: m, after: mixed(m, g, beta2), start: zeros("float32", start.dims) },
    ];
  };
}
