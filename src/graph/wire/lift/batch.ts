import type { Value } from "../../ir.ts";
import { float, input, int, type Lift, refuse, scalarLike, type Site } from "./site.ts";

/**
 * Batch normalisation. Until operator set 9 `spatial` 0 asked for statistics of every place; until 14 more than one output
 * asked for training, which exporters name and nobody reads. From 14 on training is said outright, and is written out of
 * primitives here: statistics of the batch, and the running ones that follow them.
 */
export const batchNormalization: Lift = (s) => {
  if (int(s, "spatial", 1) === 0 && input(s, 0).dims.length > 2)
    refuse(s, "it keeps statistics of every place (spatial 0)", "export it with statistics of each channel");
  if (int(s, "training_mode", 0) === 1) return training(s);
  return s.b.ops(
    "BatchNormalization",
    [0, 1, 2, 3, 4].map((i) => input(s, i)),
    { epsilon: float(s, "epsilon", 1e-5) },
    1,
  );
};

/** y = (x − mean) / √(variance + ε)·scale + bias; running = momentum·running + (1 − momentum)·of the batch. */
function training(s: Site): readonly Value[] {
  const { b } = s;
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => input(s, i));
  const others = b.ints(x.dims.flatMap((_, i) => (i === 1 ? [] : [i])));
  const space = b.ints(x.dims.slice(2).map((_, i) => i + 1));
  const wide = (v: Value): Value => (x.dims.length > 2 ? b.op("Unsqueeze", [v, space]) : v);
  const average = (v: Value): Value => b.op("ReduceMean", [v, others], { keepdims: 0 });
  const ownMean = average(x);
  const centred = b.op("Sub", [x, wide(ownMean)]);
  const ownVariance = average(b.op("Mul", [centred, centred]));
  const inverse = b.op("Reciprocal", [
    b.op("Sqrt", [b.op("Add", [ownVariance, scalarLike(b, x, float(s, "epsilon", 1e-5))])]),
  ]);
  const hat = b.op("Mul", [centred, wide(inverse)]);
  const momentum = float(s, "momentum", 0.9);
  const followed = (kept: Value, own: Value): Value =>
    b.op("Add", [b.op("Mul", [kept, scalarLike(b, x, momentum)]), b.op("Mul", [own, scalarLike(b, x, 1 - momentum)])]);
  const y = b.op("Add", [b.op("Mul", [hat, wide(scale)]), wide(bias)]);
  return [y, followed(mean, ownMean), followed(variance, ownVariance)].slice(0, s.outputs);
}

/** Until operator set 21 scale and bias of GroupNormalization were one number a group; they are one a channel now. */
export const groupNormalization: Lift = (s) => {
  const { b } = s;
  const [x, scale, bias] = [input(s, 0), input(s, 1), input(s, 2)];
  const groups = int(s, "num_groups", 1);
  const channels = x.dims[1];
  if (typeof channels !== "number") return refuse(s, "the number of channels is not known", "export fixed channels");
  if (groups < 1 || channels % groups !== 0) refuse(s, `${channels} channels do not divide into ${groups} groups`);
  const flat = b.op("Reshape", [x, b.ints([0, groups, -1])]);
  const centred = b.op("Sub", [flat, b.op("ReduceMean", [flat, b.ints([2])])]);
  const variance = b.op("ReduceMean", [b.op("Mul", [centred, centred]), b.ints([2])]);
  const deviation = b.op("Sqrt", [b.op("Add", [variance, scalarLike(b, x, float(s, "epsilon", 1e-5))])]);
  const hat = b.op("Reshape", [b.op("Div", [centred, deviation]), b.op("Shape", [x])]);
  const wide = (v: Value): Value => {
    const each =
      v.dims[0] === channels
        ? v
        : b.op("Reshape", [
            b.op("Expand", [b.op("Unsqueeze", [v, b.ints([1])]), b.ints([groups, channels / groups])]),
            b.ints([-1]),
          ]);
    return b.op("Unsqueeze", [each, b.ints(x.dims.slice(2).map((_, i) => i + 1))]);
  };
  return [b.op("Add", [b.op("Mul", [hat, wide(scale)]), wide(bias)])];
};
