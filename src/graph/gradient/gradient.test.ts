import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { int64 } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Value } from "../ir.ts";
import { array, type NdArray } from "../meaning/array.ts";
import { evaluate } from "../meaning/interpret.ts";
import { type OpName, opNames } from "../op/table.ts";
import { gradient } from "./walk.ts";
import { gradients } from "./table.ts";

/** A use of an operator on inputs of random shape: the shapes, how to draw them, and the value to differentiate. */
interface Case {
  readonly dims: readonly (readonly number[])[];
  /** Draws an element; standard normal when not told. */
  readonly draw?: (normal: number, at: number) => number;
  readonly make: (b: Builder, x: readonly Value[]) => Value;
}

const size = fc.integer({ min: 1, max: 4 });
const shape = (rank = 3): fc.Arbitrary<number[]> => fc.array(size, { minLength: 1, maxLength: rank });
const positive = (v: number): number => Math.abs(v) + 0.3;
/** Keeps away from the corner at 0. */
const offZero = (v: number): number => v + Math.sign(v) * 0.2;
/** No two elements within the step of a difference, so that no maximum changes hands. */
const apart = (_: number, at: number): number => ((at * 7919) % 101) / 20 - 2.5;

/** A shape and one that broadcasts with it: axes dropped or set to 1 on either side. */
const pair: fc.Arbitrary<number[][]> = fc
  .tuple(
    shape(),
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
    fc.integer({ min: 0, max: 2 }),
  )
  .map(([full, roles, drop]) => {
    const a = full.map((d, i) => (roles[i] === 1 ? 1 : d));
    const b = full.map((d, i) => (roles[i] === 2 ? 1 : d)).slice(Math.min(drop, full.length - 1));
    return [a, b];
  });

const unary = (op: OpName, draw?: Case["draw"], attributes: object = {}): fc.Arbitrary<Case> =>
  shape().map((dims) => ({ dims: [dims], draw, make: (b, [x]) => b.op(op, [x], attributes) }));

const binary = (op: OpName, draw?: Case["draw"]): fc.Arbitrary<Case> =>
  pair.map((dims) => ({ dims, draw, make: (b, x) => b.op(op, x) }));

const reduction = (op: OpName, draw?: Case["draw"]): fc.Arbitrary<Case> =>
  fc.tuple(shape(), fc.nat(2), fc.boolean(), fc.boolean()).map(([dims, axis, keep, all]) => ({
    dims: [dims],
    draw,
    make: (b, [x]) =>
      b.op(op, [x, all ? undefined : b.ints([(axis % dims.length) - dims.length])], {
        keepdims: keep ? 1 : 0,
      }),
  }));

const along = (op: OpName): fc.Arbitrary<Case> =>
  fc.tuple(shape(), fc.nat(2)).map(([dims, axis]) => ({
    dims: [dims],
    make: (b, [x]) => b.op(op, [x], { axis: axis % dims.length }),
  }));

const one = (c: Case): fc.Arbitrary<Case> => fc.constant(c);
const indices = (b: Builder, dims: readonly number[], values: readonly number[]): Value =>
  b.constant(int64(dims, values));

const conv = (op: "Conv" | "ConvTranspose"): fc.Arbitrary<Case> =>
  fc
    .record({
      group: fc.integer({ min: 1, max: 2 }),
      stride: fc.integer({ min: 1, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      pad: fc.nat(1),
      flat: fc.boolean(),
      length: fc.integer({ min: 4, max: 5 }),
    })
    .map(({ group, stride, dilation, pad, flat, length }) => {
      const space = flat ? [length] : [length, 5];
      const batch = flat ? 2 : 1;
      const kernel = flat ? [2] : [2, 3];
      const weight = [2 * group, 2, ...kernel];
      const n = space.length;
      const attributes = {
        group,
        strides: Array<number>(n).fill(stride),
        dilations: Array<number>(n).fill(dilation),
        pads: Array<number>(2 * n).fill(pad),
      };
      return { dims: [[batch, 2 * group, ...space], weight, [2 * group]], make: (b, x) => b.op(op, x, attributes) };
    });

type Differentiable = {
  [N in OpName]: (typeof gradients)[N] extends { none: string } | { refused: string } ? never : N;
}[OpName];

const cases = {
  Identity: unary("Identity"),
  Neg: unary("Neg"),
  Abs: unary("Abs", offZero),
  Reciprocal: unary("Reciprocal", positive),
  Sqrt: unary("Sqrt", positive),
  Exp: unary("Exp"),
  Log: unary("Log", positive),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Erf: unary("Erf"),
  Sigmoid: unary("Sigmoid"),
  Tanh: unary("Tanh"),
  Relu: unary("Relu", offZero),
  LeakyRelu: unary("LeakyRelu", offZero, { alpha: 0.1 }),
  Softplus: unary("Softplus"),
  Gelu: fc.oneof(unary("Gelu"), unary("Gelu", undefined, { approximate: "tanh" })),
  Clip: shape().map((dims) => ({
    dims: [dims],
    draw: apart,
    make: (b, [x]) => b.op("Clip", [x, b.scalar(-1.013), b.scalar(1.013)]),
  })),
  Cast: unary("Cast", undefined, { to: "float64" }),
  Dropout: unary("Dropout"),
  Add: binary("Add"),
  Sub: binary("Sub"),
  Mul: binary("Mul"),
  Div: binary("Div", positive),
  Pow: fc.oneof(
    binary("Pow", positive),
    shape().map((dims): Case => ({ dims: [dims], make: (b, [x]) => b.op("Pow", [x, b.scalar(2)]) })),
    shape().map((dims): Case => ({
      dims: [dims],
      draw: offZero,
      make: (b, [x]) => b.op("Pow", [x, b.scalar(3, "int64")]),
    })),
  ),
  Mod: shape().map((dims) => ({
    dims: [dims],
    draw: apart,
    make: (b, [x]) => b.op("Mod", [x, b.scalar(1.037)], { fmod: 1 }),
  })),
  Min: binary("Min", apart),
  Max: fc.oneof(
    binary("Max", apart),
    one({ dims: [[3, 2], [2], [1]], draw: (n, at) => offZero(n) + at, make: (b, x) => b.op("Max", x) }),
    one({ dims: [[4]], make: (b, [x]) => b.op("Max", [x, x]) }),
  ),
  Where: pair.map((dims) => ({
    dims,
    make: (b, [x, y]) =>
      b.op("Where", [b.op("Greater", [b.op("Sin", [b.constant(array64(dims[0]))]), b.scalar(0)]), x, y]),
  })),
  ReduceSum: reduction("ReduceSum"),
  ReduceMean: reduction("ReduceMean"),
  ReduceMax: reduction("ReduceMax", apart),
  ReduceMin: reduction("ReduceMin", apart),
  ReduceSumSquare: reduction("ReduceSumSquare"),
  CumSum: fc.tuple(fc.nat(1), fc.nat(1)).map(([exclusive, reverse]) => ({
    dims: [[3, 4]],
    make: (b, [x]) => b.op("CumSum", [x, b.scalar(1, "int64")], { exclusive, reverse }),
  })),
  Softmax: along("Softmax"),
  LogSoftmax: along("LogSoftmax"),
  LayerNormalization: fc
    .tuple(size, fc.integer({ min: 2, max: 5 }), fc.boolean(), fc.boolean())
    .map(([rows, width, bias, deep]) => ({
      dims: [[rows, 2, width], ...Array<number[]>(bias ? 2 : 1).fill(deep ? [2, width] : [width])],
      make: (b, x) => b.op("LayerNormalization", x, { axis: deep ? 1 : -1, epsilon: 1e-3 }),
    })),
  MatMul: fc.oneof(
    fc.tuple(size, size, size).map(([m, k, n]): Case => ({
      dims: [
        [m, k],
        [k, n],
      ],
      make: (b, x) => b.op("MatMul", x),
    })),
    fc.tuple(size, size, size, size).map(([s, m, k, n]): Case => ({
      dims: [
        [2, s, m, k],
        [k, n],
      ],
      make: (b, x) => b.op("MatMul", x),
    })),
    fc.tuple(size, size, size, size).map(([s, m, k, n]): Case => ({
      dims: [
        [2, s, m, k],
        [s, k, n],
      ],
      make: (b, x) => b.op("MatMul", x),
    })),
    fc.tuple(size, size, size, size).map(([s, m, k, n]): Case => ({
      dims: [
        [m, k],
        [s, k, n],
      ],
      make: (b, x) => b.op("MatMul", x),
    })),
    fc.tuple(size, size).map(([k, n]): Case => ({ dims: [[k], [k, n]], make: (b, x) => b.op("MatMul", x) })),
    fc
      .tuple(size, size, size)
      .map(([s, k, m]): Case => ({ dims: [[s, m, k], [k]], make: (b, x) => b.op("MatMul", x) })),
    size.map((k): Case => ({ dims: [[k], [k]], make: (b, x) => b.op("MatMul", x) })),
    fc.tuple(size, size).map(([s, k]): Case => ({ dims: [[k], [s, k, 2]], make: (b, x) => b.op("MatMul", x) })),
  ),
  Gemm: fc
    .tuple(size, size, size, fc.nat(1), fc.nat(1), fc.constantFrom([] as number[][], [[1]], [[1, 1]]))
    .map(([m, k, n, transA, transB, c]) => ({
      dims: [transA === 1 ? [k, m] : [m, k], transB === 1 ? [n, k] : [k, n], ...c],
      make: (b, x) => b.op("Gemm", x, { transA, transB, alpha: 0.7, beta: 1.3 }),
    })),
  Conv: conv("Conv"),
  ConvTranspose: conv("ConvTranspose"),
  MaxPool: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.nat(1)).map(([stride, pad]) => ({
    dims: [[2, 2, 5, 4]],
    draw: apart,
    make: (b, [x]) =>
      b.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [stride, stride], pads: [pad, pad, pad, pad] }),
  })),
  GlobalMaxPool: one({ dims: [[2, 2, 5]], draw: apart, make: (b, [x]) => b.op("GlobalMaxPool", [x]) }),
  DequantizeLinear: fc.constantFrom<Case>(
    {
      dims: [[3]],
      draw: positive,
      make: (b, [s]) =>
        b.op(
          "DequantizeLinear",
          [b.constant({ type: "int8", dims: [2, 3], data: Int8Array.of(1, -2, 3, -4, 5, 6) }), s],
          { axis: 1 },
        ),
    },
    {
      dims: [[]],
      draw: positive,
      make: (b, [s]) =>
        b.op("DequantizeLinear", [
          b.constant({ type: "int8", dims: [2, 3], data: Int8Array.of(1, -2, 3, -4, 5, 6) }),
          s,
        ]),
    },
  ),
  Reshape: one({ dims: [[2, 6]], make: (b, [x]) => b.op("Reshape", [x, b.ints([3, -1])]) }),
  Flatten: one({ dims: [[2, 3, 2]], make: (b, [x]) => b.op("Flatten", [x], { axis: 2 }) }),
  Transpose: fc.constantFrom(undefined, [1, 2, 0], [0, 2, 1]).map((perm) => ({
    dims: [[2, 3, 4]],
    make: (b, [x]) => b.op("Transpose", [x], perm === undefined ? {} : { perm }),
  })),
  Squeeze: one({ dims: [[2, 1, 3]], make: (b, [x]) => b.op("Squeeze", [x, b.ints([1])]) }),
  Unsqueeze: one({ dims: [[2, 3]], make: (b, [x]) => b.op("Unsqueeze", [x, b.ints([0, -1])]) }),
  Concat: one({
    dims: [
      [2, 1],
      [2, 3],
      [2, 2],
    ],
    make: (b, x) => b.op("Concat", x, { axis: 1 }),
  }),
  Split: one({
    dims: [[2, 5]],
    make: (b, [x]) => b.op("Sin", [b.ops("Split", [x, b.ints([2, 3])], { axis: 1 }, 2)[1]]),
  }),
  Slice: fc.constantFrom<Case>(
    { dims: [[4, 5]], make: (b, [x]) => b.op("Slice", [x, b.ints([1, 0]), b.ints([3, -1])]) },
    { dims: [[4, 5]], make: (b, [x]) => b.op("Slice", [x, b.ints([-3]), b.ints([100]), b.ints([1])]) },
    { dims: [[4, 5]], make: (b, [x]) => b.op("Slice", [x, b.ints([0]), b.ints([5]), b.ints([1]), b.ints([2])]) },
    { dims: [[4, 5]], make: (b, [x]) => b.op("Slice", [x, b.ints([-1]), b.ints([-100]), b.ints([0]), b.ints([-1])]) },
  ),
  Pad: one({ dims: [[2, 3]], make: (b, [x]) => b.op("Pad", [x, b.ints([1, 2]), undefined, b.ints([1])]) }),
  Expand: one({ dims: [[3, 1]], make: (b, [x]) => b.op("Expand", [x, b.ints([2, 1, 4])]) }),
  Tile: one({ dims: [[2, 3]], make: (b, [x]) => b.op("Tile", [x, b.ints([2, 3])]) }),
  Gather: fc.constantFrom(0, 1, 2).map((axis) => ({
    dims: [[4, 3, 3]],
    make: (b, [x]) => b.op("Gather", [x, indices(b, [2, 2], [0, 2, 2, -1])], { axis }),
  })),
  GatherElements: one({
    dims: [[2, 3]],
    make: (b, [x]) => b.op("GatherElements", [x, indices(b, [2, 2], [0, 0, 2, 1])], { axis: 1 }),
  }),
  GatherND: one({ dims: [[2, 3]], make: (b, [x]) => b.op("GatherND", [x, indices(b, [3, 1], [0, 1, 1])]) }),
  ScatterElements: fc.constantFrom("none", "add").map((reduction) => ({
    dims: [
      [2, 3],
      [2, 2],
    ],
    make: (b, [x, u]) => b.op("ScatterElements", [x, indices(b, [2, 2], [0, 1, 2, 1]), u], { axis: 1, reduction }),
  })),
  ScatterND: fc.constantFrom("none", "add").map((reduction) => ({
    dims: [
      [4, 3],
      [2, 3],
    ],
    make: (b, [x, u]) => b.op("ScatterND", [x, indices(b, [2, 1], [3, 1]), u], { reduction }),
  })),
  Trilu: fc
    .constantFrom(0, 1)
    .map((upper) => ({ dims: [[2, 3, 3]], make: (b, [x]) => b.op("Trilu", [x, b.scalar(1, "int64")], { upper }) })),
} satisfies Record<Differentiable, fc.Arbitrary<Case>>;

function array64(dims: readonly number[]) {
  const n = dims.reduce((p, d) => p * d, 1);
  return { type: "float32" as const, dims, data: Float32Array.from({ length: n }, (_, i) => i + 1) };
}

/** Σ weights·f(x): its gradient by the walk, and by central differences of the oracle. */
function compare(c: Case, seed: number): void {
  const draw = random(seed, "gradient");
  const feeds: Record<string, NdArray> = {};
  const b = builder("case");
  const xs = c.dims.map((dims, i) => {
    feeds[`x${i}`] = array("float32", dims);
    feeds[`x${i}`].data.forEach((_, at, data) => (data[at] = (c.draw ?? ((n: number) => n))(draw.normal(), at)));
    return b.input(`x${i}`, "float32", dims);
  });
  const made = c.make(b, xs);
  const y = made.type === "float32" ? made : b.op("Cast", [made], { to: "float32" });
  const weights = array64(y.dims as number[]);
  weights.data.forEach((_, i) => (weights.data[i] = draw.normal()));
  const loss = b.op("ReduceSum", [b.op("Mul", [y, b.constant(weights)])], { keepdims: 0 });
  const gradientOf = gradient(b, loss, xs);
  b.output("loss", loss);
  gradientOf.forEach((g, i) => b.output(`g${i}`, g));
  const graph = check(b.finish());
  const forward = { ...graph, outputs: graph.outputs.slice(0, 1) };
  const results = evaluate(graph, feeds);
  c.dims.forEach((dims, i) => {
    expect(results[`g${i}`].dims).toEqual(dims);
    const x = feeds[`x${i}`];
    x.data.forEach((value, at) => {
      const h = 1e-5 * Math.max(1, Math.abs(value));
      const lossAt = (v: number): number => {
        x.data[at] = v;
        return evaluate(forward, feeds).loss.data[0];
      };
      const slope = (lossAt(value + h) - lossAt(value - h)) / (2 * h);
      x.data[at] = value;
      const found = results[`g${i}`].data[at];
      expect(Math.abs(found - slope)).toBeLessThan(1e-6 * Math.max(1, Math.abs(slope), Math.abs(found)) * 10);
    });
  });
}

/** The same gradients where the first size of the first input is a name; false where a rule must know the number. */
function compareNamed(c: Case, seed: number): boolean {
  const draw = random(seed, "named");
  const feeds: Record<string, NdArray> = {};
  c.dims.forEach((dims, i) => {
    feeds[`x${i}`] = array("float32", dims);
    feeds[`x${i}`].data.forEach((_, at, data) => (data[at] = (c.draw ?? ((n: number) => n))(draw.normal(), at)));
  });
  const run = (named: boolean): Record<string, NdArray> => {
    const b = builder("case");
    const xs = c.dims.map((dims, i) =>
      b.input(`x${i}`, "float32", named && i === 0 ? ["rows", ...dims.slice(1)] : dims),
    );
    const loss = b.op("ReduceSum", [b.op("Sin", [c.make(b, xs)])], { keepdims: 0 });
    gradient(b, loss, xs).forEach((g, i) => b.output(`g${i}`, g));
    return evaluate(check(b.finish()), feeds);
  };
  const expected = run(false);
  let found: Record<string, NdArray>;
  try {
    found = run(true);
  } catch (error) {
    if (error instanceof Fault && (error.code === "graph/no-gradient" || error.code === "graph/shape")) return false;
    throw error;
  }
  for (const [name, g] of Object.entries(expected)) {
    expect(found[name].dims).toEqual(g.dims);
    g.data.forEach((v, at) => expect(found[name].data[at]).toBeCloseTo(v, 10));
  }
  return true;
}

describe("every gradient rule against central differences", () => {
  for (const op of Object.keys(cases) as Differentiable[]) {
    it(op, () => {
      fc.assert(
        fc.property(cases[op] as fc.Arbitrary<Case>, fc.nat(), (c, seed) => compare(c, seed)),
        { numRuns: 12, seed: 7 },
      );
    });
  }

  it("says the same where a size is a name", () => {
    const said = (Object.keys(cases) as Differentiable[]).filter((op) =>
      fc
        .sample(cases[op] as fc.Arbitrary<Case>, { numRuns: 8, seed: 9 })
        .some((c) => c.dims[0].length > 0 && compareNamed(c, 1)),
    );
    const exceptions = (Object.keys(cases) as Differentiable[]).filter((op) => !said.includes(op));
    // Beside sizes that are numbers a name is not known to be the same, so these refuse.
    expect(exceptions).toEqual(["DequantizeLinear", "Concat"]);
  });

  it("leaves no operator with a rule untested", () => {
    const ruled = opNames.filter((op) => typeof gradients[op] === "function");
    expect(ruled.filter((op) => !Object.hasOwn(cases, op))).toEqual([]);
  });
});
