import { Fault } from "../../base/fault.ts";
import { float32 } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";
import type { Moved } from "./optimiser.ts";

/** How the loss is scaled so that small gradients are not lost in half precision, nor large ones past what it holds. */
export interface LossScaleOptions {
  /** What the loss is multiplied by at first; 65 536 when not told. */
  readonly start?: number;
  /** After so many updates in a row without an overflow it doubles; 2000 when not told. */
  readonly interval?: number;
}

/** The most that the loss is multiplied by: 2²⁴. */
export const MOST = 2 ** 24;

export function lossScaleOf({ start = 65_536, interval = 2000 }: LossScaleOptions): Required<LossScaleOptions> {
  if (!(start > 0 && start <= MOST))
    throw new Fault("graph/optimiser", { what: `a loss is not scaled by ${start}; it is above 0 and at most ${MOST}` });
  if (!Number.isSafeInteger(interval) || interval < 1)
    throw new Fault("graph/optimiser", { what: `a loss's scale does not grow after ${interval} updates` });
  return { start, interval };
}

/** Whether a norm is a number: an infinity or NaN in any gradient leaves none. */
export function isNumber(b: Builder, norm: Value): Value {
  return b.op("Less", [norm, b.scalar(3.4e38)]);
}

/**
 * The scale as it lives on in the graph: after an overflow it is halved, and after `interval` updates without one doubled;
 * `clean_steps` counts them.
 */
export function scaleMoved(b: Builder, scale: Value, finite: Value, options: LossScaleOptions): Moved[] {
  const { start, interval } = lossScaleOf(options);
  const count = b.input("clean_steps", "float32", []);
  const more = b.op("Add", [count, b.scalar(1)]);
  const full = b.op("GreaterOrEqual", [more, b.scalar(interval)]);
  const doubled = b.op("Min", [b.op("Mul", [scale, b.scalar(2)]), b.scalar(MOST)]);
  const grown = b.op("Where", [full, doubled, scale]);
  const counted = b.op("Where", [full, b.scalar(0), more]);
  const after = b.op("Where", [finite, grown, b.op("Mul", [scale, b.scalar(0.5)])]);
  return [
    { name: "loss_scale", before: scale, after, start: float32([], [start]) },
    {
      name: "clean_steps",
      before: count,
      after: b.op("Where", [finite, counted, b.scalar(0)]),
      start: float32([], [0]),
    },
  ];
}
