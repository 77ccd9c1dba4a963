import { Fault } from "../../base/fault.ts";
import { zeros } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import { type Dim, isUnknown } from "../dim.ts";
import type { Value } from "../ir.ts";

/** The shape of a value as an int64 vector: a constant where it is known, a -1 where one name alone is open. */
export function shapeFor(b: Builder, like: Value): Value {
  const named = like.dims.filter((d) => typeof d === "string").length;
  if (named > 1 || (named === 1 && like.dims.includes(0))) return b.op("Shape", [like]);
  return b.ints(like.dims.map((d) => (typeof d === "number" ? d : -1)));
}

/** The same for operators that know no -1 (ConstantOfShape, Expand). */
export function exactShape(b: Builder, like: Value): Value {
  const known = like.dims.every((d) => typeof d === "number");
  return known ? b.ints(like.dims) : b.op("Shape", [like]);
}

/** Elements of a shape: `dims` of `like` along the given axes, as one int64 vector. */
export function dimsAlong(b: Builder, like: Value, axes: readonly number[]): Value {
  const picked = axes.map((a) => like.dims[a]);
  if (picked.every((d): d is number => typeof d === "number")) return b.ints(picked);
  return b.op("Gather", [b.op("Shape", [like]), b.ints(axes)]);
}

/** How many elements lie along some axes, as a floating scalar of the type of `like`. */
export function countAlong(b: Builder, like: Value, axes: readonly number[]): Value {
  const type = like.type as "float32" | "float64";
  let known = 1;
  let open: Value | undefined;
  for (const a of axes) {
    const d: Dim = like.dims[a];
    if (typeof d === "number") known *= d;
    else {
      const one = b.op("Cast", [b.op("Gather", [b.op("Shape", [like]), b.scalar(a, "int64")])], { to: type });
      open = open === undefined ? one : b.op("Mul", [open, one]);
    }
  }
  const constant = b.scalar(known, type);
  if (open === undefined) return constant;
  return known === 1 ? open : b.op("Mul", [open, constant]);
}

export function zerosLike(b: Builder, like: Value): Value {
  const value = like.type === "float32" ? undefined : zeros(like.type, [1]);
  return b.op("ConstantOfShape", [exactShape(b, like)], value === undefined ? {} : { value });
}

/** The axes in another order; the value itself where the order stays. */
export function moved(b: Builder, x: Value, perm: readonly number[]): Value {
  return perm.every((p, i) => p === i) ? x : b.op("Transpose", [x], { perm });
}

/** Swaps the last two axes; engines fold this into the product that reads it. */
export function transposed(b: Builder, x: Value): Value {
  const perm = x.dims.map((_, i) => i);
  const n = perm.length;
  [perm[n - 2], perm[n - 1]] = [n - 1, n - 2];
  return b.op("Transpose", [x], { perm });
}

function ambiguous(target: Value, d: Dim, own: Dim): never {
  throw new Fault("graph/no-gradient", {
    what: `whether "${target.name}" was broadcast cannot be told: ${d} stands beside ${own}`,
    remedy: "give both dimensions the same name, or make one of them 1",
  });
}

/** Sums a cotangent down to the shape that was broadcast to it. */
export function unbroadcast(b: Builder, g: Value, target: Value): Value {
  const lead = g.dims.length - target.dims.length;
  const axes: number[] = [];
  for (let i = 0; i < lead; i++) axes.push(i);
  target.dims.forEach((d, i) => {
    const own = g.dims[lead + i];
    if (d === 1 && own !== 1) axes.push(lead + i);
    else if (d !== own && !isUnknown(d) && !isUnknown(own)) ambiguous(target, d, own);
  });
  if (axes.length === 0) return g;
  if (axes.every((a) => a < lead)) return b.op("ReduceSum", [g, b.ints(axes)], { keepdims: 0 });
  const kept = b.op("ReduceSum", [g, b.ints(axes)], { keepdims: 1 });
  return lead === 0 ? kept : b.op("Reshape", [kept, shapeFor(b, target)]);
}
