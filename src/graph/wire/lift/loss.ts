import type { Builder } from "../../build.ts";
import type { Value } from "../../ir.ts";
import { input, type Lift, type Site, scalarLike, text } from "./site.ts";

/**
 * −weight[target] · logp[n, target, …] for each place; 0 where the target is the one to ignore. "mean" divides the sum by
 * the sum of the weights that counted.
 */
function likelihood(s: Site, logp: Value, target: Value, weight: Value | undefined): Value {
  const { b } = s;
  const ignore = s.attributes["ignore_index"]?.i;
  const ignored = ignore === undefined ? undefined : b.op("Equal", [target, whole(b, target, ignore)]);
  const safe = ignored === undefined ? target : b.op("Where", [ignored, whole(b, target, 0), target]);
  const picked = b.op("Squeeze", [
    b.op("GatherElements", [logp, b.op("Unsqueeze", [safe, b.ints([1])])], { axis: 1 }),
    b.ints([1]),
  ]);
  const each = weight === undefined ? undefined : b.op("Gather", [weight, safe]);
  const counted =
    ignored === undefined ? each : b.op("Where", [ignored, scalarLike(b, logp, 0), each ?? scalarLike(b, logp, 1)]);
  const loss = b.op("Neg", [counted === undefined ? picked : b.op("Mul", [picked, counted])]);
  const reduction = text(s, "reduction", "mean");
  if (reduction === "none") return loss;
  const total = b.op("ReduceSum", [loss], { keepdims: 0 });
  if (reduction === "sum") return total;
  if (counted === undefined) return b.op("ReduceMean", [loss], { keepdims: 0 });
  return b.op("Div", [total, b.op("ReduceSum", [counted], { keepdims: 0 })]);
}

const whole = (b: Builder, like: Value, v: number): Value => b.scalar(v, like.type as "int32" | "int64");

export const negativeLogLikelihood: Lift = (s) => [likelihood(s, input(s, 0), input(s, 1), s.inputs[2])];

/** The same of the logarithm of the softmax along the channels, which is the second output. */
export const softmaxCrossEntropy: Lift = (s) => {
  const logp = s.b.op("LogSoftmax", [input(s, 0)], { axis: 1 });
  return [likelihood(s, logp, input(s, 1), s.inputs[2]), logp].slice(0, s.outputs);
};
