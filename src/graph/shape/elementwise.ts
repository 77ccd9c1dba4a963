import type { ElementType } from "../../base/tensor.ts";
import { add, type Dim, exactQuotient, multiply, subtract } from "../dim.ts";
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
  Div: binary(exactQuotient),
  Pow: (call) => [fact(input(call, 0).type, broadcast(call, [input(call, 0).dims, input(call, 1).dims]))],
  Mod: binary(),
  Min: variadic,
  Max: variadic,
  Sum: variadic,
  Mean: (call) => {
    if (!isFloat(input(call, 0).type)) refuse(call, "it is defined for floating point alone");
    return variadic(call);
  },
  Equal: comparison,
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
    return [fact(type, broadcast(call, [input(call, 0).dims, input(call, 1).dims, input(call, 2).dims]))];
  },
} satisfies Record<keyof typeof elementwise, ShapeRule>;
