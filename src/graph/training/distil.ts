import { Fault } from "../../base/fault.ts";
import type { Builder } from "../build.ts";
import type { Value } from "../ir.ts";

/** Learning from the answers of another model rather than from labels (Hinton, Vinyals & Dean 2015). */
export interface DistilOptions {
  readonly kind: "distil";
  /** The output that holds the logits, [rows…, classes]; the input `teacher` holds the other's, of the same shape. */
  readonly logits: string;
  /** T, above 0; 1 when not told. Above 1 what the teacher holds unlikely counts more. */
  readonly temperature?: number;
}

/**
 * T²·KL(softmax(teacher/T) ‖ softmax(logits/T)) of each row. The square keeps gradients of one size whatever T is: those
 * of softmax(z/T) shrink by 1/T, and the differences that they carry by as much again.
 */
export function distil(b: Builder, logits: Value, { temperature = 1 }: DistilOptions): Value {
  if (!(temperature > 0 && Number.isFinite(temperature)))
    throw new Fault("graph/loss", { what: `a temperature of ${temperature} is not above 0` });
  const logShares = (v: Value): Value =>
    b.op("LogSoftmax", [temperature === 1 ? v : b.op("Mul", [v, b.scalar(1 / temperature)])], { axis: -1 });
  const teacher = logShares(b.input("teacher", "float32", logits.dims));
  const off = b.op("Sub", [teacher, logShares(logits)]);
  const divergence = b.op("ReduceSum", [b.op("Mul", [b.op("Exp", [teacher]), off]), b.ints([-1])], { keepdims: 0 });
  return temperature === 1 ? divergence : b.op("Mul", [divergence, b.scalar(temperature ** 2)]);
}
