import type { Value } from "../ir.ts";
import type { linear } from "../op/linear.ts";
import { convRule, convTransposeRule } from "./conv.ts";
import { einsumRule } from "./einsum.ts";
import { type Adjoint, type GradientRow, type Rule, WHOLE } from "./rule.ts";
import { shapeFor, transposed } from "./shapes.ts";

/** All but the last axis folded into one: the tokens of a batch as the rows of one matrix. */
function rows(a: Adjoint, x: Value): Value {
  if (x.dims.length === 2) return x;
  const width = x.dims[x.dims.length - 1];
  if (typeof width === "number") return a.b.op("Reshape", [x, a.b.ints([-1, width])]);
  return a.b.op("Flatten", [x], { axis: x.dims.length - 1 });
}

/**
 * Against a matrix, both gradients are one product each over flattened rows (da = dy·Bᵀ, dB = aᵀ·dy), with the transposes
 * inside the product. Between two stacks of matrices they are stacked products.
 */
const matmul: Rule = (a) => {
  const { b, dy } = a;
  const [p, q] = [a.x(0), a.x(1)];
  if (p.dims.length === 1 || q.dims.length === 1) return vectorProduct(a, p, q);
  if (q.dims.length === 2) {
    return [
      () => {
        const flat = b.op("Gemm", [rows(a, dy), q], { transB: 1 });
        return p.dims.length === 2 ? flat : b.op("Reshape", [flat, shapeFor(b, p)]);
      },
      () => b.op("Gemm", [rows(a, p), rows(a, dy)], { transA: 1 }),
    ];
  }
  if (p.dims.length === 2 && q.dims.length === 3) return sharedLeft(a, p, q);
  return [() => b.op("MatMul", [dy, transposed(b, q)]), () => b.op("MatMul", [transposed(b, p), dy])];
};

/**
 * One matrix against a stack of n is one product whose columns are those of the whole stack. Folded so, both gradients
 * are single products too, and no stack of left gradients is made only to be summed.
 */
function sharedLeft(a: Adjoint, p: Value, q: Value): readonly (() => Value)[] {
  const { b } = a;
  const [n, , width] = q.dims;
  if (typeof n !== "number" || typeof width !== "number") {
    return [() => b.op("MatMul", [a.dy, transposed(b, q)]), () => b.op("MatMul", [transposed(b, p), a.dy])];
  }
  const columns = (stack: Value): Value =>
    b.op("Reshape", [b.op("Transpose", [stack], { perm: [1, 0, 2] }), b.ints([-1, n * width])]);
  const dy = columns(a.dy);
  return [
    () => b.op("Gemm", [dy, columns(q)], { transB: 1 }),
    () => {
      const folded = b.op("Reshape", [b.op("Gemm", [p, dy], { transA: 1 }), b.ints([-1, n, width])]);
      return b.op("Transpose", [folded], { perm: [1, 0, 2] });
    },
  ];
}

/** A vector stands for a matrix of one row (left) or one column (right): dy gets the missing axis back. */
function vectorProduct(a: Adjoint, p: Value, q: Value): readonly (() => Value)[] {
  const { b } = a;
  const up = (v: Value, axis: number): Value => b.op("Unsqueeze", [v, b.ints([axis])]);
  const [left, right] = [p.dims.length === 1, q.dims.length === 1];
  let dy = a.dy;
  if (left) dy = up(dy, right ? -1 : -2);
  if (right) dy = up(dy, -1);
  const [m, n] = [left ? up(p, 0) : p, right ? up(q, 1) : q];
  const down = (v: Value, axis: number): Value => b.op("Squeeze", [v, b.ints([axis])]);
  return [
    () => (left ? down(b.op("MatMul", [dy, transposed(b, n)]), -2) : b.op("MatMul", [dy, transposed(b, n)])),
    () => (right ? down(b.op("MatMul", [transposed(b, m), dy]), -1) : b.op("MatMul", [transposed(b, m), dy])),
  ];
}

/** Y = α·A′·B′ + β·C, a prime standing for the transposition that the attributes ask for. */
const gemm: Rule = (a) => {
  const { b, dy } = a;
  const { transA, transB, alpha, beta } = a.node.attributes as Readonly<Record<string, number>>;
  return [
    () =>
      transA === 1
        ? b.op("Gemm", [a.x(1), dy], { alpha, transA: transB, transB: 1 })
        : b.op("Gemm", [dy, a.x(1)], { alpha, transB: 1 - transB }),
    () =>
      transB === 1
        ? b.op("Gemm", [dy, a.x(0)], { alpha, transA: 1, transB: transA })
        : b.op("Gemm", [a.x(0), dy], { alpha, transA: 1 - transA }),
    () => (beta === 1 ? dy : b.op("Mul", [dy, a.k(beta)])),
  ];
};

/** y = (x − zero)·scale, so d scale = Σ dy·(x − zero) over all that shares the scale. */
const dequantize: Rule = (a) => [
  undefined,
  () => {
    const { b } = a;
    const scale = a.x(1);
    const rank = a.y.dims.length;
    const given = a.node.attributes.axis as number;
    const axis = given < 0 ? given + rank : given;
    const one = b.op("DequantizeLinear", [a.x(0), b.op("Div", [scale, scale]), a.node.inputs[2]], { axis: given });
    const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => scale.dims.length === 0 || i !== axis);
    const product = b.op("Mul", [a.dy, one]);
    return axes.length === 0 ? product : b.op("ReduceSum", [product, b.ints(axes)], { keepdims: 0 });
  },
  undefined,
];

export const linearGradients = {
  MatMul: matmul,
  Einsum: einsumRule,
  Gemm: gemm,
  Conv: convRule,
  ConvTranspose: convTransposeRule,
  QuantizeLinear: { refused: "rounding to a grid has no slope; train in floating point and quantise afterwards" },
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: {
    refused: "rounding to a grid has no slope; train in floating point and quantise afterwards",
  },
  MatMulInteger: WHOLE,
} satisfies Record<keyof typeof linear, GradientRow>;
