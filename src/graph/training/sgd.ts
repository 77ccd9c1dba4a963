import { zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import { type DecayOptions, type Moved, share, type StepScalars, type Trained } from "./optimiser.ts";

/** Stochastic gradient descent with momentum (Sutskever et al. 2013), 0.9 when not told, and no decay when not told. */
export interface SgdOptions extends DecayOptions {
  readonly kind: "sgd";
  /** μ; at 0 there is no state. */
  readonly momentum?: number;
  /** Whether the step looks ahead along the momentum (Nesterov). */
  readonly nesterov?: boolean;
}

/** g ← g + decay·p, v ← μv + g, p ← p − rate·v; looking ahead, p ← p − rate·(g + μv). g is clipped before the decay. */
export function sgd(b: Builder, options: SgdOptions, { clip }: StepScalars): (p: Trained) => Moved[] {
  const momentum = share("a momentum", options.momentum ?? 0.9);
  const mul = (x: Value, y: Value): Value => b.op("Mul", [x, y]);
  const add = (x: Value, y: Value): Value => b.op("Add", [x, y]);
  return ({ name, value: p, gradient, start, rate, decay }) => {
    const clipped = mul(gradient, clip);
    const g = decay === 0 ? clipped : add(clipped, mul(p, b.scalar(decay)));
    const moved = (by: Value): Moved => ({
      name,
      before: p,
      after: b.op("Sub", [p, mul(by, rate)]),
      start,
    });
    if (momentum === 0) return [moved(g)];
    const v = b.input(`v.${name}`, "float32", start.dims);
    const after = add(mul(v, b.scalar(momentum)), g);
    const by = options.nesterov === true ? add(g, mul(after, b.scalar(momentum))) : after;
    return [moved(by), { name: `v.${name}`, before: v, after, start: zeros("float32", start.dims) }];
  };
}
