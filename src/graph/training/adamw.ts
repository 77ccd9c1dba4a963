import { zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { type DecayOptions, type Moved, share, type StepScalars, type Trained } from "./optimiser.ts";
import { oneLessPower } from "./power.ts";

/** AdamW: Adam with decoupled weight decay (Loshchilov & Hutter 2019), 0.01 when not told. */
export interface AdamWOptions extends DecayOptions {
  readonly kind: "adamw";
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − rate·(m·c₁ / (√(v·c₂) + ε) + decay·p), with g clipped and c the bias
 * corrections.
 */
export function adamw(b: Builder, options: AdamWOptions, scalars: StepScalars): (p: Trained) => Moved[] {
  const beta1 = share("β₁", options.beta1 ?? 0.9);
  const beta2 = share("β₂", options.beta2 ?? 0.999);
  const { clip, step } = scalars;
  const mul = (x: Value, y: Value): Value => b.op("Mul", [x, y]);
  const add = (x: Value, y: Value): Value => b.op("Add", [x, y]);
  const correction = (beta: number): Value => b.op("Reciprocal", [oneLessPower(b, beta, step)]);
  const gain1 = mul(clip, b.scalar(1 - beta1));
  const gain2 = mul(mul(clip, clip), b.scalar(1 - beta2));
  const [correction1, correction2] = [correction(beta1), correction(beta2)];

  return ({ name, value: p, gradient: g, start, rate, decay }) => {
    const { dims } = start;
    const [m, v] = [b.input(`m.${name}`, "float32", dims), b.input(`v.${name}`, "float32", dims)];
    const nextM = add(mul(m, b.scalar(beta1)), mul(g, gain1));
    const nextV = add(mul(v, b.scalar(beta2)), mul(mul(g, g), gain2));
    const root = add(b.op("Sqrt", [mul(nextV, correction2)]), b.scalar(options.epsilon ?? 1e-8));
    const move = b.op("Div", [mul(nextM, mul(rate, correction1)), root]);
    const shrunk = decay !== 0 ? mul(p, b.op("Sub", [b.scalar(1), mul(rate, b.scalar(decay))])) : p;
    return [
      { name, before: p, after: b.op("Sub", [shrunk, move]), start },
      { name: `m.${name}`, before: m, after: nextM, start: zeros("float32", dims) },
      { name: `v.${name}`, before: v, after: nextV, start: zeros("float32", dims) },
    ];
  };
}
