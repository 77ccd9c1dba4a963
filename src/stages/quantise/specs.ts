import type { QuantiseSpec } from "../../graph/index.ts";

/**
 * How weights lie at each precision, as docs/decisions/quantisation measured it. int8 keeps one scale an output or a row and
 * is widened before use: of the forms in 8 bits the nearest to float32 on every model tried, and no answer hangs on which
 * other texts share its batch, as it does where the left side is quantised as it comes. What stands alone (positions, the
 * steps of a random field) is small, and 8 bits of it cost more than all else in 8 bits.
 */
export const specs = {
  fp16: { to: "fp16" },
  int8: { to: "int8", loose: "fp16" },
  int4: { to: "int4-block", otherwise: "int8", loose: "fp16" },
} as const satisfies Readonly<Record<string, QuantiseSpec>>;
