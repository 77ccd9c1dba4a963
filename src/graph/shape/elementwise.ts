import type { ElementType } from "../../base/tensor.ts";
import { add, type Dim, divide, isUnknown, multiply, subtract } from "../dim.ts";
import type { elementwise } from "../op/elementwise.ts";
import {
  broadcast,
  type Call,
  type Content,
  fact,
  floating,
  input,
  isFloat,
  refuse,
  same,
  sameType,
  type ShapeRule,
  wantType,
} from "./call.ts";

/** Arithmetic of two tensors, following what is known of integer shapes. */
const binary =
  (follow?: (a: Dim, b: Dim) => Dim | undefined): ShapeRule =>
  (call) => {
    const [a, b] = [input(call, 0), input(call, 1)];
    const type = sameType(call, a, b);
    if (type === "bool") refuse(call, "it is not defined for bool");
    return [fact(type, broadcast(call, [a.dims, b.dims]), follow && pairwise(a.content, b.content, follow))];
  };

function pairwise(
  a: Content | undefined,
  b: Content | undefined,
  by: (a: Dim, b: Dim) => Dim | undefined,
): Content | undefined {
  if (a === undefined || b === undefined) return undefined;
  const n = a.length === 1 ? b.length : a.length;
  if (b.length !== n && b.length !== 1) return undefined;
  return Array.from({ length: n }, (_, i) => {
    const x = a[a.length === 1 ? 0 : i];
    const y = b[b.length === 1 ? 0 : i];
    return x === undefined || y === undefined ? undefined : by(x, y);
  });
}

/** Of whole numbers: a quotient is cut towards 0. A size is never negative, so its floor is the same. */
function quotient(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : Math.trunc(a / b) + 0;
  return typeof b === "number" && b <= 0 ? undefined : divide(a, b);
}

/** 1 or 0 where it is sure: the same text is the same size, and no size is negative. */
function sameSize(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return isUnknown(a) ? undefined : 1;
  if (typeof a === "number" && typeof b === "number") return 0;
  return [a, b].some((d) => typeof d === "number" && d < 0) ? 0 : undefined;
}

const ofNumbers =
  (f: (a: number, b: number) => number) =>
  (a: Dim, b: Dim): Dim | undefined =>
    typeof a === "number" && typeof b === "number" ? f(a, b) : undefined;

const variadic: ShapeRule = (call) => {
  const type = sameType(call, ...call.inputs);
  return [
    fact(
      type,
      broadcast(
        call,
        call.inputs.map((_, i) => input(call, i).dims),
      ),
    ),
  ];
};

const comparison: ShapeRule = (call) => {
  sameType(call, input(call, 0), input(call, 1));
  return [fact("bool", broadcast(call, [input(call, 0).dims, input(call, 1).dims]))];
};

const logical: ShapeRule = (call) => {
  for (const f of call.inputs) wantType(call, f ?? refuse(call, "an input is missing"), ["bool"]);
  return [
    fact(
      "bool",
      broadcast(
        call,
        call.inputs.map((_, i) => input(call, i).dims),
      ),
    ),
  ];
};

/** A truth about each element. */
const told: ShapeRule = (call) => floating(call).map((f) => fact("bool", f.dims));

/** The element of one side or the other, as a truth that is known says. */
function pickedBy(truth: Dim, i: number, a: Content | undefined, b: Content | undefined): Dim | undefined {
  const side = truth === 1 ? a : b;
  return side?.[side.length === 1 ? 0 : i];
}

const carried = (call: Call, type: ElementType): Content | undefined =>
  type === "int64" || type === "int32" ? input(call, 0).content : undefined;

export const elementwiseShapes = {
  Identity: (call) => [fact(input(call, 0).type, input(call, 0).dims, input(call, 0).content)],
  Neg: (call) => {
    const x = input(call, 0);
    return [
      fact(
        x.type,
        x.dims,
        x.content?.map((c) => (c === undefined ? undefined : subtract(0, c))),
      ),
    ];
  },
  Abs: same,
  Sign: same,
  Reciprocal: floating,
  Sqrt: floating,
  Exp: floating,
  Log: floating,
  Sin: floating,
  Cos: floating,
  Floor: floating,
  Ceil: floating,
  Round: floating,
  Erf: floating,
  Clip: (call) => {
    sameType(call, input(call, 0), call.inputs[1], call.inputs[2]);
    return same(call);
  },
  Cast: (call) => {
    const to = call.attributes.to as ElementType;
    const from = input(call, 0).type;
    return [fact(to, input(call, 0).dims, isFloat(from) ? undefined : carried(call, to))];
  },
  Dropout: (call) => [...floating(call), fact("bool", input(call, 0).dims)].slice(0, call.outputs),
  Add: binary(add),
  Sub: binary(subtract),
  Mul: binary(multiply),
  Div: binary(quotient),
  Pow: (call) => [fact(input(call, 0).type, broadcast(call, [input(call, 0).dims, input(call, 1).dims]))],
  Mod: binary(ofNumbers((a, b) => a - b * Math.floor(a / b))),
  Min: variadic,
  Max: variadic,
  Sum: variadic,
  Mean: (call) => {
    if (!isFloat(input(call, 0).type)) refuse(call, "it is defined for floating point alone");
    return variadic(call);
  },
  Equal: (call) => {
    const [{ type, dims }] = comparison(call);
    return [fact(type, dims, pairwise(input(call, 0).content, input(call, 1).content, sameSize))];
  },
  Less: comparison,
  LessOrEqual: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  Not: logical,
  And: logical,
  Or: logical,
  Xor: logical,
  IsNaN: told,
  IsInf: told,
  Where: (call) => {
    wantType(call, input(call, 0), ["bool"]);
    const type = sameType(call, input(call, 1), input(call, 2));
    const [chosen, a, b] = [0, 1, 2].map((i) => input(call, i));
    const dims = broadcast(call, [chosen.dims, a.dims, b.dims]);
    const whole = dims.length === 0 || (dims.length === 1 && chosen.content?.length === dims[0]);
    const content = whole
      ? chosen.content?.map((c, i) => (c === undefined ? c : pickedBy(c, i, a.content, b.content)))
      : undefined;
    return [fact(type, dims, content)];
  },
} satisfies Record<keyof typeof elementwise, ShapeRule>;
