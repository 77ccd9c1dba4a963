import { describe, expect, it } from "vitest";
import { float32, tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { toHalf } from "../half.ts";
import type { Graph, Value } from "../ir.ts";
import { interpret } from "../meaning/interpret.ts";
import { print } from "../text/print.ts";
import { mergeCommon } from "./common.ts";
import { removeDead } from "./dead.ts";
import { foldConstants } from "./fold.ts";
import { removeIdentities } from "./identities.ts";
import { foldScale } from "./scale.ts";
import { simplify } from "./simplify.ts";
import { widened } from "./widen.ts";

function graphOf(make: (b: Builder, x: Value) => Value): Graph {
  const b = builder("g");
  const x = b.input("x", "float32", ["batch", 2, 3]);
  b.output("y", make(b, x));
  return b.finish();
}

/** The nodes that are left, as they print. */
function after(pass: (g: Graph) => Graph, make: (b: Builder, x: Value) => Value): string[] {
  const before = graphOf(make);
  const result = pass(before);
  const x = float32([2, 2, 3], [0, 1, -2, 3, -4, 5, 6, -7, 8, 9, 10, 11]);
  expect(interpret(result, { x }).y).toEqual(interpret(before, { x }).y);
  return print(result)
    .split("\n")
    .filter((l) => l.includes(" = ") && !l.includes("tensor "))
    .map((l) => l.trim());
}

describe("rewrites", () => {
  it("removes what no output reads, initialisers too", () => {
    const make = (b: Builder, x: Value): Value => {
      b.op("Exp", [b.op("Add", [x, b.parameter("unread", float32([1], [1]))])]);
      return b.op("Neg", [x]);
    };
    expect(after(removeDead, make)).toEqual(["y float32[batch, 2, 3] = Neg(x)"]);
    expect(removeDead(graphOf(make)).initialisers).toEqual([]);
  });

  it("folds constants and shapes that inference knows", () => {
    const make = (b: Builder, x: Value): Value => {
      const half = b.op("Div", [b.scalar(1), b.scalar(2)]);
      const rows = b.op("Slice", [b.op("Shape", [x]), b.ints([1]), b.ints([3])]);
      return b.op("Mul", [b.op("Add", [x, b.op("Expand", [half, b.op("Identity", [rows])])]), half]);
    };
    expect(after(simplify, make)).toMatchInlineSnapshot(`
      [
        "Add_0 float32[batch, 2, 3] = Add(x, constant_7)",
        "y float32[batch, 2, 3] = Mul(Add_0, constant_6)",
      ]
    `);
  });

  it("folds nothing that would grow: a small weight stays small", () => {
    const make = (b: Builder, x: Value): Value => {
      const weight = b.parameter("w", tensor("int8", [3, 64], new Int8Array(192).fill(2)));
      return b.op("MatMul", [x, b.op("Cast", [weight], { to: "float32" })]);
    };
    expect(after(foldConstants, make)).toHaveLength(2);
  });

  it("merges common subexpressions, but keeps a port", () => {
    const make = (b: Builder, x: Value): Value => b.op("Add", [b.op("Exp", [x]), b.op("Exp", [x])]);
    expect(after(simplify, make)).toHaveLength(2);
    const b = builder("ports");
    const x = b.input("x", "float32", [1]);
    b.output("a", b.op("Exp", [x]));
    b.output("b", b.op("Exp", [x]));
    expect(mergeCommon(b.finish()).outputs.map((v) => v.name)).toEqual(["a", "b"]);
    expect(mergeCommon(b.finish()).nodes).toHaveLength(2);
  });

  it("removes identities and composes transposes", () => {
    const make = (b: Builder, x: Value): Value => {
      const there = b.op("Transpose", [b.op("Dropout", [x])], { perm: [2, 0, 1] });
      return b.op("Neg", [b.op("Cast", [b.op("Transpose", [there], { perm: [1, 2, 0] })], { to: "float32" })]);
    };
    expect(after((g) => removeDead(removeIdentities(removeIdentities(g))), make)).toEqual([
      "y float32[batch, 2, 3] = Neg(x)",
    ]);
  });

  it("takes a factor into the Gemm before it, unless another reads that Gemm", () => {
    const product = (b: Builder, x: Value): Value =>
      b.op("Gemm", [
        b.op("Reshape", [x, b.ints([-1, 3])]),
        b.parameter("w", float32([3, 1], [1, 2, 3])),
        b.parameter("c", float32([1], [5])),
      ]);
    const alone = after(
      (g) => removeDead(foldScale(g)),
      (b, x) => b.op("Mul", [product(b, x), b.scalar(0.5)]),
    );
    expect(alone[1]).toBe("y float32[2*batch, 1] = Gemm(Reshape_0, w, c) alpha=0.5 beta=0.5");
    const shared = (b: Builder, x: Value): Value => {
      const p = product(b, x);
      return b.op("Add", [p, b.op("Mul", [p, b.scalar(0.5)])]);
    };
    expect(after(foldScale, shared)).toHaveLength(4);
  });
});

describe("widening", () => {
  it("takes every half for the single that it is, and keeps all names", () => {
    const b = builder("half");
    const x = b.input("x", "float16", ["n", 2]);
    const w = b.parameter("w", tensor("float16", [2, 2], Uint16Array.from([0.5, -1.25, 3, 2 ** -24], toHalf)));
    const y = b.op("MatMul", [b.op("Cast", [b.op("Cast", [x], { to: "int32" })], { to: "float16" }), w], {}, "product");
    const value = tensor("float16", [1], Uint16Array.of(toHalf(7)));
    b.output("y", b.op("Add", [y, b.op("ConstantOfShape", [b.ints([2])], { value })]));
    const wide = widened(b.finish());
    expect(print(wide)).toMatchInlineSnapshot(`
      "graph half {
        input x float32[n, 2]
        tensor w float32[2, 2] = {0.5, -1.25, 3, 5.960464477539063e-8}
        tensor constant_0 int64[1] = {2}
        Cast_0 int32[n, 2] = Cast(x) to="int32"
        Cast_1 float32[n, 2] = Cast(Cast_0) to="float32"
        product float32[n, 2] = MatMul(Cast_1, w)
        ConstantOfShape_0 float32[2] = ConstantOfShape(constant_0) value=float32[1]{7}
        y float32[n, 2] = Add(product, ConstantOfShape_0)
        output y
      }
      "
    `);
    const { y: out } = interpret(wide, { x: float32([1, 2], [2, 1]) });
    expect(out).toEqual(float32([1, 2], [11, 4.5 + 2 ** -24]));
    expect(print(widened(wide))).toBe(print(wide));
  });
});
