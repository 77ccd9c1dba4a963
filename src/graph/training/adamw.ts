import { sizeOf, type Tensor, zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";

/** AdamW: Adam with decoupled weight decay (Loshchilov & Hutter 2019). */
export interface AdamWOptions {
  readonly kind: "adamw";
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly decay?: number;
  /** Which parameters decay; those of two and more axes when not told (so no bias, scale or shift does). */
  readonly decays?: (name: string, dims: readonly number[]) => boolean;
}

/** A tensor that the engine keeps from step to step: an input, the output that replaces it, and where it starts. */
export interface StateTensor {
  readonly input: string;
  readonly next: string;
  readonly value: Tensor;
}

/** What all parameters share in one step. */
export interface Shared {
  readonly rate: Value;
  /** (1 − β₁)·clip, (1 − β₂)·clip², 1/(1 − β₁ᵗ), 1/(1 − β₂ᵗ) as scalars. */
  readonly gain1: Value;
  readonly gain2: Value;
  readonly correction1: Value;
  readonly correction2: Value;
}

/** Adds the inputs `learning_rate` and `step` (1 at the first step, float32). */
export function adamwInputs(b: Builder, options: AdamWOptions, clip: Value): Shared {
  const rate = b.input("learning_rate", "float32", []);
  const step = b.op("Cast", [b.input("step", "float32", [])], { to: "float64" });
  // In double precision: 1 − β₂ᵗ cancels nearly all digits of a single at the first steps.
  const correction = (beta: number): Value => {
    const power = b.op("Pow", [b.scalar(beta, "float64"), step]);
    const inverse = b.op("Reciprocal", [b.op("Sub", [b.scalar(1, "float64"), power])]);
    return b.op("Cast", [inverse], { to: "float32" });
  };
  const [beta1, beta2] = [options.beta1 ?? 0.9, options.beta2 ?? 0.999];
  return {
    rate,
    gain1: b.op("Mul", [clip, b.scalar(1 - beta1)]),
    gain2: b.op("Mul", [b.op("Mul", [clip, clip]), b.scalar(1 - beta2)]),
    correction1: correction(beta1),
    correction2: correction(beta2),
  };
}

/**
 * m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − rate·(m·c₁ / (√(v·c₂) + ε) + decay·p), with g clipped and c the bias
 * corrections. Returns the three tensors that live on.
 */
export function adamw(
  b: Builder,
  name: string,
  p: Value,
  start: Tensor,
  g: Value,
  shared: Shared,
  options: AdamWOptions,
): StateTensor[] {
  const dims = start.dims;
  const [m, v] = [b.input(`m.${name}`, "float32", dims), b.input(`v.${name}`, "float32", dims)];
  const mul = (x: Value, y: Value): Value => b.op("Mul", [x, y]);
  const add = (x: Value, y: Value): Value => b.op("Add", [x, y]);
  const nextM = add(mul(m, b.scalar(options.beta1 ?? 0.9)), mul(g, shared.gain1));
  const nextV = add(mul(v, b.scalar(options.beta2 ?? 0.999)), mul(mul(g, g), shared.gain2));
  const root = add(b.op("Sqrt", [mul(nextV, shared.correction2)]), b.scalar(options.epsilon ?? 1e-8));
  const move = b.op("Div", [mul(nextM, mul(shared.rate, shared.correction1)), root]);
  const decay = options.decay ?? 0.01;
  const decays = decay !== 0 && (options.decays ?? ((_, d) => d.length >= 2))(name, dims);
  const shrunk = decays ? mul(p, b.op("Sub", [b.scalar(1), mul(shared.rate, b.scalar(decay))])) : p;
  const nextP = b.op("Sub", [shrunk, move]);
  b.output(`next.${name}`, nextP);
  b.output(`next.m.${name}`, nextM);
  b.output(`next.v.${name}`, nextV);
  const zero = zeros("float32", dims);
  return [
    { input: name, next: `next.${name}`, value: start },
    { input: `m.${name}`, next: `next.m.${name}`, value: zero },
    { input: `v.${name}`, next: `next.v.${name}`, value: { ...zero, data: new Float32Array(sizeOf(dims)) } },
  ];
}
