import fc from "fast-check";
import { float32, int64 } from "../../src/base/tensor.ts";
import type { Builder, OpName, Value } from "../../src/graph/index.ts";
import type { gradients } from "../../src/graph/gradient/table.ts";

/** A use of an operator on inputs of random shape: the shapes, how to draw them, and the value to differentiate. */
export interface Case {
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

/** Well inside the open interval from -1 to 1. */
const within = (v: number): number => 0.9 * Math.tanh(v);

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

/** X, W, R and with `bias` B, with `initial` the states; the loss reads all states, or the last ones. */
const recurrentCase = (op: "RNN" | "LSTM" | "GRU", gates: number, more: object = {}): fc.Arbitrary<Case> =>
  fc
    .record({
      direction: fc.constantFrom("forward", "reverse", "bidirectional"),
      steps: fc.integer({ min: 1, max: 3 }),
      batch: fc.integer({ min: 1, max: 2 }),
      bias: fc.boolean(),
      initial: fc.boolean(),
      last: fc.boolean(),
    })
    .map(({ direction, steps, batch, bias, initial, last }) => {
      const [n, hidden, width] = [direction === "bidirectional" ? 2 : 1, 2, 2];
      const states = initial ? Array<number[]>(op === "LSTM" ? 2 : 1).fill([n, batch, hidden]) : [];
      const weights = [
        [n, gates * hidden, width],
        [n, gates * hidden, hidden],
        ...(bias ? [[n, 2 * gates * hidden]] : []),
      ];
      return {
        dims: [[steps, batch, width], ...weights, ...states],
        make: (b, x) => {
          const inputs = [x[0], x[1], x[2], bias ? x[3] : undefined, undefined, ...x.slice(bias ? 4 : 3)];
          const made = b.ops(op, inputs, { direction, hidden_size: hidden, ...more }, op === "LSTM" ? 3 : 2);
          if (!last) return made[0];
          // All that the node gives, put into one.
          return b.op(
            "Concat",
            made.map((v) => b.op("Reshape", [v, b.ints([-1])])),
            { axis: 0 },
          );
        },
      };
    });

/** The operators that have a rule. */
export type Differentiable = {
  [N in OpName]: (typeof gradients)[N] extends { none: string } | { refused: string } ? never : N;
}[OpName];

/** For every operator with a rule, uses of it on random shapes, broadcasts among them. */
export const cases = {
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
  Tan: unary("Tan", (v) => Math.atan(v)),
  Asin: unary("Asin", within),
  Acos: unary("Acos", within),
  Atan: unary("Atan"),
  Sinh: unary("Sinh"),
  Cosh: unary("Cosh"),
  Asinh: unary("Asinh"),
  Acosh: unary("Acosh", (v) => 1 + positive(v)),
  Atanh: unary("Atanh", within),
  PRelu: pair
    .filter(([a, b]) => a.length >= b.length && b.every((d, i) => d === 1 || d === a[a.length - b.length + i]))
    .map((dims) => ({ dims, draw: offZero, make: (b, x) => b.op("PRelu", x) })),
  ThresholdedRelu: unary("ThresholdedRelu", apart, { alpha: 0.513 }),
  Elu: unary("Elu", offZero, { alpha: 0.7 }),
  Celu: unary("Celu", offZero, { alpha: 0.7 }),
  Selu: unary("Selu", offZero),
  HardSigmoid: unary("HardSigmoid", apart, { alpha: 0.413, beta: 0.5 }),
  HardSwish: unary("HardSwish", (_, at) => 2 * apart(0, at) + 0.013),
  Softsign: unary("Softsign"),
  Mish: unary("Mish"),
  Sigmoid: unary("Sigmoid"),
  Tanh: unary("Tanh"),
  Relu: unary("Relu", offZero),
  LeakyRelu: unary("LeakyRelu", offZero, { alpha: 0.1 }),
  Softplus: unary("Softplus"),
  Gelu: fc.oneof(unary("Gelu"), unary("Gelu", undefined, { approximate: "tanh" })),
  Clip: fc.oneof(
    shape().map((dims): Case => ({
      dims: [dims],
      draw: apart,
      make: (b, [x]) => b.op("Clip", [x, b.scalar(-1.013), b.scalar(1.013)]),
    })),
    // With bounds that have gradients themselves.
    shape().map((dims): Case => ({
      dims: [dims, [], []],
      draw: apart,
      make: (b, [x, low, high]) =>
        b.op("Clip", [x, b.op("Mul", [low, b.scalar(0.413)]), b.op("Neg", [b.op("Mul", [high, b.scalar(0.517)])])]),
    })),
  ),
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
  Sum: binary("Sum"),
  Mean: binary("Mean"),
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
  ReduceL1: reduction("ReduceL1", offZero),
  ReduceL2: reduction("ReduceL2"),
  ReduceLogSum: reduction("ReduceLogSum", positive),
  ReduceLogSumExp: reduction("ReduceLogSumExp"),
  ReduceProd: fc.oneof(
    reduction("ReduceProd"),
    // One zero in a product, and two.
    reduction("ReduceProd", (v, at) => (at === 1 ? 0 : v)),
    reduction("ReduceProd", (v, at) => (at < 2 ? 0 : v)),
  ),
  TopK: fc.tuple(fc.nat(1), fc.nat(1)).map(([axis, largest]) => ({
    dims: [[3, 4]],
    draw: apart,
    make: (b, [x]) => b.ops("TopK", [x, b.ints([2])], { axis, largest }, 2)[0],
  })),
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
  BatchNormalization: fc.tuple(size, size, fc.boolean()).map(([rows, channels, flat]) => ({
    dims: [flat ? [rows, channels] : [rows, channels, 2, 3], [channels], [channels], [channels], [channels]],
    draw: (v) => Math.abs(v) + 0.2,
    make: (b, x) => b.op("BatchNormalization", x, { epsilon: 1e-3 }),
  })),
  InstanceNormalization: fc.tuple(size, size, fc.boolean()).map(([rows, channels, flat]) => ({
    dims: [flat ? [rows, channels, 4] : [rows, channels, 2, 3], [channels], [channels]],
    make: (b, x) => b.op("InstanceNormalization", x, { epsilon: 1e-2 }),
  })),
  RNN: recurrentCase("RNN", 1),
  LSTM: recurrentCase("LSTM", 4),
  GRU: fc.oneof(recurrentCase("GRU", 3), recurrentCase("GRU", 3, { linear_before_reset: 1 })),
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
  Einsum: fc
    .constantFrom<[string, ...number[][]]>(
      ["ij,jk->ik", [2, 3], [3, 4]],
      ["bij,bjk->bik", [2, 2, 3], [2, 3, 2]],
      ["ij->ji", [2, 3]],
      ["ij,ij->i", [2, 3], [2, 3]],
      ["ij,k->k", [2, 3], [2]],
      ["i,j,k->kij", [2], [3], [2]],
      ["...ij,...jk->...ik", [2, 1, 2, 3], [4, 3, 2]],
      ["bhqd,bhkd->bhqk", [1, 2, 3, 2], [1, 2, 4, 2]],
    )
    .map(([equation, ...dims]) => ({ dims, make: (b, x) => b.op("Einsum", x, { equation }) })),
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
  AveragePool: fc
    .record({
      stride: fc.integer({ min: 1, max: 2 }),
      pad: fc.nat(1),
      ceil_mode: fc.nat(1),
      count_include_pad: fc.nat(1),
      flat: fc.boolean(),
    })
    .map(({ stride, pad, ceil_mode, count_include_pad, flat }) => {
      const n = flat ? 1 : 2;
      const each = (v: number, times = n): number[] => Array<number>(times).fill(v);
      const kernel_shape = each(2);
      const attributes = { kernel_shape, strides: each(stride), pads: each(pad, 2 * n), ceil_mode, count_include_pad };
      return { dims: [flat ? [2, 2, 5] : [1, 2, 5, 4]], make: (b, [x]) => b.op("AveragePool", [x], attributes) };
    }),
  GlobalAveragePool: fc.boolean().map((flat) => ({
    dims: [flat ? [2, 2, 5] : [2, 2, 3, 2]],
    make: (b, [x]) => b.op("GlobalAveragePool", [x]),
  })),
  Resize: fc
    .record({
      mode: fc.constantFrom("nearest", "linear", "cubic"),
      coordinate_transformation_mode: fc.constantFrom(
        "half_pixel",
        "align_corners",
        "asymmetric",
        "pytorch_half_pixel",
      ),
      scales: fc.constantFrom([2, 3], [1, 2], [0.5, 1.5], [0.7, 1]),
    })
    // align_corners takes scales that give whole sizes alone.
    .filter((c) => c.coordinate_transformation_mode !== "align_corners" || c.scales.every(Number.isInteger))
    .map(({ scales, ...attributes }) => ({
      dims: [[2, 1, 4, 3]],
      make: (b, [x]) => b.op("Resize", [x, undefined, b.constant(float32([4], [1, 1, ...scales]))], attributes),
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
    { dims: [[4, 5]], make: (b, [x]) => b.op("Slice", [x, b.ints([-3, -100]), b.ints([100, 3])]) },
    {
      dims: [[2, 5, 4]],
      make: (b, [x]) =>
        b.op("Slice", [x, b.ints([1, 0, -1]), b.ints([5, 2, -9]), b.ints([1, 0, 2]), b.ints([2, 1, -2])]),
    },
  ),
  Pad: fc.oneof(
    one({ dims: [[2, 3]], make: (b, [x]) => b.op("Pad", [x, b.ints([1, 2]), undefined, b.ints([1])]) }),
    one({ dims: [[2, 3], []], make: (b, [x, v]) => b.op("Pad", [x, b.ints([1, 0, -1, 2]), v]) }),
    fc.tuple(fc.constantFrom("reflect", "edge", "wrap"), fc.nat(2), fc.nat(2)).map(([mode, before, after]): Case => ({
      dims: [[2, 3, 4]],
      make: (b, [x]) => b.op("Pad", [x, b.ints([0, before, 1, 0, 1, after])], { mode }),
    })),
  ),
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
  GatherND: fc.constantFrom<Case>(
    { dims: [[2, 3]], make: (b, [x]) => b.op("GatherND", [x, indices(b, [3, 1], [0, 1, 1])]) },
    {
      dims: [[2, 3, 2]],
      make: (b, [x]) => b.op("GatherND", [x, indices(b, [2, 2, 1], [0, 2, 1, 1])], { batch_dims: 1 }),
    },
    {
      dims: [[2, 2, 3]],
      make: (b, [x]) => b.op("GatherND", [x, indices(b, [2, 2, 1], [0, 2, 1, 1])], { batch_dims: 2 }),
    },
  ),
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
  OneHot: fc.constantFrom(-1, 0).map((axis) => ({
    dims: [[2]],
    make: (b, [values]) => b.op("OneHot", [indices(b, [2, 2], [0, 2, -1, 1]), b.scalar(3, "int64"), values], { axis }),
  })),
  Trilu: fc
    .constantFrom(0, 1)
    .map((upper) => ({ dims: [[2, 3, 3]], make: (b, [x]) => b.op("Trilu", [x, b.scalar(1, "int64")], { upper }) })),
} satisfies Record<Differentiable, fc.Arbitrary<Case>>;

export function array64(dims: readonly number[]) {
  const n = dims.reduce((p, d) => p * d, 1);
  return { type: "float32" as const, dims, data: Float32Array.from({ length: n }, (_, i) => i + 1) };
}
