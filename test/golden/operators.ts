import { float32, int64, type Tensor, tensor } from "../../src/base/tensor.ts";
import { type Builder, builder, type Graph, type OpName, type Value } from "../../src/graph/index.ts";

/** Values that no operator finds special: spread over both signs, none at 0, none twice. */
export function spread(dims: readonly number[], from = 0): Tensor<"float32"> {
  const n = dims.reduce((p, d) => p * d, 1);
  return float32(
    dims,
    Float32Array.from({ length: n }, (_, i) => 2.3 * Math.sin(1 + 1.7 * (i + from)) + 0.01 * i),
  );
}

/** Weights that leave gates between their ends. */
function tiny(dims: readonly number[], from: number): Tensor<"float32"> {
  const n = dims.reduce((p, d) => p * d, 1);
  return float32(
    dims,
    Float32Array.from({ length: n }, (_, i) => 0.4 * Math.sin(1 + 1.7 * i + from)),
  );
}

function bytes(dims: readonly number[], step: number): Tensor<"uint8"> {
  const n = dims.reduce((p, d) => p * d, 1);
  return tensor(
    "uint8",
    dims,
    Uint8Array.from({ length: n }, (_, i) => (i * step * 31 + 11) & 255),
  );
}

/** One graph that uses an operator once or more, with every output it makes, and what to feed it. */
export interface Use {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

type Make = (b: Builder, x: Value, y: Value) => readonly Value[];

function use(op: string, make: Make, x: Tensor = spread([2, 3, 4]), y: Tensor = spread([3, 4], 50)): Use {
  const b = builder(op);
  const outputs = make(b, b.input("x", x.type, x.dims), b.input("y", y.type, y.dims));
  outputs.forEach((v, i) => b.output(`out${i}`, v));
  return { graph: b.finish(), feeds: { x, y } };
}

const positive = (t: Tensor): Tensor =>
  float32(
    t.dims,
    (t.data as Float32Array).map((v) => Math.abs(v) + 0.1),
  );
const unary = (op: OpName, x?: Tensor): Use => use(op, (b, v) => [b.op(op, [v])], x);
const binary = (op: OpName, x?: Tensor): Use => use(op, (b, v, w) => [b.op(op, [v, w]), b.op(op, [w, v])], x);
const truths = (b: Builder, v: Value): Value => b.op("Greater", [v, b.scalar(0.3)]);
const logical = (op: "And" | "Or" | "Xor"): Use => use(op, (b, v, w) => [b.op(op, [truths(b, v), truths(b, w)])]);
const reduction = (op: OpName, x?: Tensor): Use =>
  use(op, (b, v) => [b.op(op, [v]), b.op(op, [v, b.ints([-1, 0])]), b.op(op, [v, b.ints([1])], { keepdims: 0 })], x);
const within = float32([5], [-0.9, -0.2, 0, 0.3, 0.99]);
const odd = float32([5], [1, Infinity, -Infinity, NaN, 0]);
const image = spread([2, 4, 6, 5]);

/** Every operator that we speak, in use. */
export const uses = {
  Identity: unary("Identity"),
  Neg: unary("Neg"),
  Abs: unary("Abs"),
  Sign: unary("Sign"),
  Reciprocal: unary("Reciprocal"),
  Sqrt: unary("Sqrt", positive(spread([5]))),
  Exp: unary("Exp"),
  Log: unary("Log", positive(spread([5]))),
  Sin: unary("Sin"),
  Cos: unary("Cos"),
  Floor: unary("Floor"),
  Ceil: unary("Ceil"),
  Round: unary("Round", float32([6], [0.5, 1.5, 2.5, -0.5, -1.5, 0.4])),
  Tan: unary("Tan"),
  Asin: unary("Asin", within),
  Acos: unary("Acos", within),
  Atan: unary("Atan"),
  Sinh: unary("Sinh"),
  Cosh: unary("Cosh"),
  Asinh: unary("Asinh"),
  Acosh: unary("Acosh", float32([3], [1, 1.5, 9])),
  Atanh: unary("Atanh", within),
  Erf: unary("Erf"),
  Sigmoid: unary("Sigmoid"),
  Tanh: unary("Tanh"),
  Relu: unary("Relu"),
  LeakyRelu: use("LeakyRelu", (b, x) => [b.op("LeakyRelu", [x], { alpha: 0.2 })]),
  PRelu: use("PRelu", (b, x, y) => [b.op("PRelu", [x, y]), b.op("PRelu", [x, b.constant(spread([3, 1]))])]),
  ThresholdedRelu: use("ThresholdedRelu", (b, x) => [b.op("ThresholdedRelu", [x], { alpha: 0.4 })]),
  Elu: use("Elu", (b, x) => [b.op("Elu", [x], { alpha: 0.7 })]),
  Celu: use("Celu", (b, x) => [b.op("Celu", [x], { alpha: 0.7 })]),
  Selu: unary("Selu"),
  HardSigmoid: use("HardSigmoid", (b, x) => [
    b.op("HardSigmoid", [x]),
    b.op("HardSigmoid", [x], { alpha: 0.4, beta: 0.6 }),
  ]),
  HardSwish: unary("HardSwish", float32([6], [-4, -3, -1, 0.5, 2.9, 5])),
  Softsign: unary("Softsign"),
  Mish: unary("Mish"),
  Softplus: unary("Softplus"),
  Gelu: use("Gelu", (b, x) => [b.op("Gelu", [x]), b.op("Gelu", [x], { approximate: "tanh" })]),
  Clip: use("Clip", (b, x) => [
    b.op("Clip", [x, b.scalar(-1)]),
    b.op("Clip", [x, undefined, b.scalar(1)]),
    b.op("Clip", [x]),
  ]),
  Cast: use("Cast", (b, x) => [
    b.op("Cast", [x], { to: "int64" }),
    b.op("Cast", [b.op("Cast", [x], { to: "float16" })], { to: "float32" }),
    b.op("Cast", [x], { to: "bool" }),
  ]),
  Dropout: use("Dropout", (b, x) => [b.op("Dropout", [x, b.scalar(0.5)])]),
  Add: binary("Add"),
  Sub: binary("Sub"),
  Mul: use("Mul", (b, x, y) => [
    b.op("Mul", [x, y]),
    b.op("Mul", [b.constant(words(123456789, -7)), b.constant(words(987654321, 1 << 30))]),
  ]),
  Div: use("Div", (b, x, y) => [b.op("Div", [x, y]), b.op("Div", [b.constant(words(7, -7)), b.constant(words(2, 2))])]),
  Pow: use("Pow", (b, x, y) => [b.op("Pow", [x, b.scalar(3, "int64")]), b.op("Pow", [b.op("Exp", [x]), y])]),
  Mod: use("Mod", (b, x, y) => [b.op("Mod", [x, y], { fmod: 1 }), b.op("Mod", [b.ints([-7, 7]), b.ints([3, -3])])]),
  Min: binary("Min"),
  Max: binary("Max"),
  Sum: use("Sum", (b, x, y) => [b.op("Sum", [x, y, y]), b.op("Sum", [x])]),
  Mean: use("Mean", (b, x, y) => [b.op("Mean", [x, y, y]), b.op("Mean", [x])]),
  Equal: use("Equal", (b, x) => [b.op("Equal", [b.op("Floor", [x]), b.scalar(1)])]),
  Less: binary("Less"),
  LessOrEqual: binary("LessOrEqual"),
  Greater: binary("Greater"),
  GreaterOrEqual: binary("GreaterOrEqual"),
  Not: use("Not", (b, x) => [b.op("Not", [truths(b, x)])]),
  And: logical("And"),
  Or: logical("Or"),
  Xor: logical("Xor"),
  IsNaN: unary("IsNaN", odd),
  IsInf: use(
    "IsInf",
    (b, x) => [
      b.op("IsInf", [x]),
      b.op("IsInf", [x], { detect_negative: 0 }),
      b.op("IsInf", [x], { detect_positive: 0 }),
    ],
    odd,
  ),
  Where: use("Where", (b, x, y) => [b.op("Where", [truths(b, x), y, b.scalar(-1)])]),
  ReduceSum: reduction("ReduceSum"),
  ReduceMean: reduction("ReduceMean"),
  ReduceMax: reduction("ReduceMax"),
  ReduceMin: reduction("ReduceMin"),
  ReduceSumSquare: reduction("ReduceSumSquare"),
  ReduceL1: reduction("ReduceL1"),
  ReduceL2: reduction("ReduceL2"),
  ReduceLogSum: reduction("ReduceLogSum", positive(spread([2, 3, 4]))),
  ReduceLogSumExp: reduction("ReduceLogSumExp"),
  ReduceProd: reduction("ReduceProd"),
  ArgMin: use("ArgMin", (b, x) => [
    b.op("ArgMin", [x], { axis: -1 }),
    b.op("ArgMin", [b.op("Floor", [x])], { axis: 1, keepdims: 0, select_last_index: 1 }),
  ]),
  TopK: use("TopK", (b, x) => [
    ...b.ops("TopK", [x, b.ints([2])], {}, 2),
    ...b.ops("TopK", [b.op("Floor", [x]), b.ints([3])], { axis: 1, largest: 0 }, 2),
  ]),
  ArgMax: use("ArgMax", (b, x) => [
    b.op("ArgMax", [x], { axis: -1 }),
    b.op("ArgMax", [b.op("Floor", [x])], { axis: 1, keepdims: 0, select_last_index: 1 }),
  ]),
  CumSum: use("CumSum", (b, x) => [
    b.op("CumSum", [x, b.scalar(1, "int64")]),
    b.op("CumSum", [x, b.scalar(-1, "int64")], { exclusive: 1, reverse: 1 }),
  ]),
  Softmax: use("Softmax", (b, x) => [b.op("Softmax", [x]), b.op("Softmax", [x], { axis: 1 })]),
  LogSoftmax: use("LogSoftmax", (b, x) => [b.op("LogSoftmax", [x]), b.op("LogSoftmax", [x], { axis: 0 })]),
  LayerNormalization: use("LayerNormalization", (b, x, y) => [
    ...b.ops("LayerNormalization", [x, y, y], { axis: 1, epsilon: 1e-3 }, 3),
    b.op("LayerNormalization", [x, b.constant(spread([4], 9))]),
  ]),
  BatchNormalization: use(
    "BatchNormalization",
    (b, x, y) => {
      const of = (from: number): Value => b.constant(spread([4], from));
      return [
        b.op("BatchNormalization", [x, y, of(1), of(2), b.constant(positive(spread([4], 3)))]),
        b.op(
          "BatchNormalization",
          [b.constant(spread([3, 4])), of(4), of(5), of(6), b.constant(positive(spread([4])))],
          { epsilon: 0.1 },
        ),
      ];
    },
    image,
    spread([4], 7),
  ),
  InstanceNormalization: use(
    "InstanceNormalization",
    (b, x, y) => [b.op("InstanceNormalization", [x, y, b.constant(spread([4], 3))], { epsilon: 0.01 })],
    image,
    spread([4], 7),
  ),
  MatMul: use("MatMul", (b, x, y) => [
    b.op("MatMul", [x, b.op("Transpose", [y])]),
    b.op("MatMul", [b.constant(spread([4])), b.op("Transpose", [y])]),
  ]),
  Einsum: use("Einsum", (b, x, y) => [
    b.op("Einsum", [x, y], { equation: "abc,dc->abd" }),
    b.op("Einsum", [x], { equation: "...ij->...ji" }),
    b.op("Einsum", [x, x], { equation: "abc, abc" }),
    b.op("Einsum", [y, x], { equation: "ij,...ij->..." }),
  ]),
  Gemm: use(
    "Gemm",
    (b, x, y) => [
      b.op("Gemm", [x, y], { transB: 1 }),
      b.op("Gemm", [x, y, b.constant(spread([4, 1]))], { transA: 1, transB: 1, alpha: 0.5, beta: 2 }),
    ],
    spread([4, 4]),
    spread([5, 4]),
  ),
  Conv: use(
    "Conv",
    (b, x, y) => [
      b.op("Conv", [x, y, b.constant(spread([4]))], { strides: [2, 1], pads: [1, 0, 0, 1], dilations: [1, 2] }),
      b.op("Conv", [x, b.constant(spread([4, 2, 2, 2]))], { group: 2, auto_pad: "SAME_UPPER", strides: [2, 2] }),
    ],
    image,
    spread([4, 4, 3, 2]),
  ),
  ConvTranspose: use(
    "ConvTranspose",
    (b, x, y) => [
      b.op("ConvTranspose", [x, y, b.constant(spread([3]))], {
        strides: [2, 1],
        pads: [1, 0, 0, 1],
        output_padding: [1, 0],
      }),
      b.op("ConvTranspose", [x, b.constant(spread([4, 2, 2, 2]))], { group: 2 }),
    ],
    image,
    spread([4, 3, 3, 2]),
  ),
  MaxPool: use(
    "MaxPool",
    (b, x) => [
      ...b.ops("MaxPool", [x], { kernel_shape: [2, 3], strides: [2, 2], pads: [0, 1, 1, 1] }, 2),
      b.op("MaxPool", [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
    ],
    image,
  ),
  GlobalMaxPool: unary("GlobalMaxPool", image),
  GlobalAveragePool: unary("GlobalAveragePool", image),
  AveragePool: use(
    "AveragePool",
    (b, x) => [
      b.op("AveragePool", [x], { kernel_shape: [2, 3], strides: [2, 2], pads: [0, 1, 1, 1] }),
      b.op("AveragePool", [x], { kernel_shape: [2, 3], pads: [0, 1, 1, 1], count_include_pad: 1 }),
      b.op("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 }),
      b.op("AveragePool", [x], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER", dilations: [1, 1] }),
    ],
    image,
  ),
  Resize: use(
    "Resize",
    (b, x) => {
      const by = (...scales: number[]): Value => b.constant(float32([scales.length], scales));
      const resize = (attributes: object, scales: Value, sizes?: Value): Value =>
        b.op("Resize", [x, undefined, sizes === undefined ? scales : undefined, sizes], attributes);
      const sizes = b.ints([2, 4, 7, 3]);
      return [
        resize({}, by(1, 1, 2, 3)),
        resize({ coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }, by(1, 1, 2, 0.5)),
        resize({ mode: "linear" }, by(1, 1, 1.5, 0.6)),
        resize({ mode: "linear", coordinate_transformation_mode: "align_corners" }, by(), sizes),
        resize({ mode: "linear", coordinate_transformation_mode: "pytorch_half_pixel" }, by(), sizes),
        resize({ mode: "cubic" }, by(1, 1, 2, 0.8)),
        resize({ mode: "cubic", exclude_outside: 1, cubic_coeff_a: -0.5 }, by(1, 1, 0.7, 2)),
        resize({ nearest_mode: "round_prefer_ceil", coordinate_transformation_mode: "half_pixel" }, by(), sizes),
      ];
    },
    image,
  ),
  QuantizeLinear: use("QuantizeLinear", (b, x, y) => [
    b.op("QuantizeLinear", [x, b.scalar(0.02), b.constant(tensor("int8", [], Int8Array.of(3)))]),
    b.op("QuantizeLinear", [y, b.constant(float32([4], [0.1, 0.2, 0.3, 0.4]))], { axis: 1 }),
  ]),
  DequantizeLinear: use("DequantizeLinear", (b) => {
    const q = b.constant(tensor("int8", [2, 3], Int8Array.of(1, -2, 3, -128, 127, 0)));
    return [
      b.op("DequantizeLinear", [q, b.constant(float32([3], [0.1, 0.2, 0.3]))]),
      b.op("DequantizeLinear", [q, b.scalar(0.5), b.constant(tensor("int8", [], Int8Array.of(5)))]),
    ];
  }),
  DynamicQuantizeLinear: use("DynamicQuantizeLinear", (b, x) => b.ops("DynamicQuantizeLinear", [x], {}, 3)),
  MatMulInteger: use("MatMulInteger", (b, x) => {
    const weight = b.constant(tensor("int8", [4, 2], Int8Array.of(1, -2, 3, -4, 5, -63, 63, 8)));
    const [q, , zero] = b.ops("DynamicQuantizeLinear", [x], {}, 3);
    return [b.op("MatMulInteger", [q, weight, zero])];
  }),
  LSTM: use(
    "LSTM",
    (b, x) => {
      const of = (dims: readonly number[], from: number): Value => b.constant(tiny(dims, from));
      const two = [of([2, 12, 4], 1), of([2, 12, 3], 2), of([2, 24], 3), undefined, of([2, 2, 3], 4), of([2, 2, 3], 5)];
      return [
        ...b.ops("LSTM", [x, ...two], { hidden_size: 3, direction: "bidirectional" }, 3),
        b.op("LSTM", [x, of([1, 12, 4], 6), of([1, 12, 3], 7)], { hidden_size: 3, direction: "reverse" }),
      ];
    },
    spread([5, 2, 4]),
  ),
  RNN: use(
    "RNN",
    (b, x) => {
      const of = (dims: readonly number[], from: number): Value => b.constant(tiny(dims, from));
      const two = [of([2, 3, 4], 1), of([2, 3, 3], 2), of([2, 6], 3), undefined, of([2, 2, 3], 4)];
      return [
        ...b.ops("RNN", [x, ...two], { hidden_size: 3, direction: "bidirectional" }, 2),
        b.op("RNN", [x, of([1, 3, 4], 6), of([1, 3, 3], 7)], { hidden_size: 3, direction: "reverse" }),
      ];
    },
    spread([5, 2, 4]),
  ),
  GRU: use(
    "GRU",
    (b, x) => {
      const of = (dims: readonly number[], from: number): Value => b.constant(tiny(dims, from));
      const two = [of([2, 9, 4], 1), of([2, 9, 3], 2), of([2, 18], 3), undefined, of([2, 2, 3], 4)];
      return [
        ...b.ops("GRU", [x, ...two], { hidden_size: 3, direction: "bidirectional", linear_before_reset: 1 }, 2),
        b.op("GRU", [x, of([1, 9, 4], 6), of([1, 9, 3], 7), of([1, 18], 8)], { hidden_size: 3 }),
      ];
    },
    spread([5, 2, 4]),
  ),
  Scan: use(
    "Scan",
    (b, x, y) => {
      const body = builder("running");
      const [sum, each, captured] = ["sum", "each", "y"].map((name) => body.input(name, "float32", [3, 4]));
      const next = body.op("Add", [body.op("Mul", [sum, captured], {}, "scaled"), each], {}, "added");
      body.output("next", next);
      body.output("row", body.op("Tanh", [next]));
      const inputs = [b.constant(spread([3, 4], 9)), x, y];
      const attributes = { body: body.finish(), num_scan_inputs: 1, captured: 1 };
      return [...b.ops("Scan", inputs, { ...attributes, scan_input_directions: [1], scan_output_directions: [1] }, 2)];
    },
    spread([5, 3, 4]),
  ),
  MatMulNBits: use(
    "MatMulNBits",
    (b, x) => {
      const attributes = { K: 20, N: 3, block_size: 16 };
      const [codes, scales] = [b.constant(bytes([3, 2, 8], 7)), b.constant(spread([3, 2], 9))];
      const bias = b.constant(spread([3], 4));
      return [
        b.op("MatMulNBits", [x, codes, scales], attributes),
        b.op("MatMulNBits", [x, codes, scales, b.constant(bytes([3, 1], 3)), undefined, bias], attributes),
        b.op("MatMulNBits", [x, b.constant(bytes([3, 2, 16], 5)), scales], { ...attributes, bits: 8 }),
      ];
    },
    spread([2, 3, 20]),
  ),
  GatherBlockQuantized: use("GatherBlockQuantized", (b, x) => {
    const rows = b.op("Cast", [b.op("Abs", [x])], { to: "int64" });
    const scales = b.constant(spread([4, 2], 9));
    return [
      b.op("GatherBlockQuantized", [b.constant(bytes([4, 10], 7)), rows, scales], { block_size: 16 }),
      b.op("GatherBlockQuantized", [b.constant(bytes([4, 20], 7)), rows, scales, b.constant(bytes([4, 2], 3))], {
        block_size: 16,
        bits: 8,
      }),
    ];
  }),
  ConvInteger: use(
    "ConvInteger",
    (b, x) => {
      const [q, , zero] = b.ops("DynamicQuantizeLinear", [x], {}, 3);
      const weight = b.constant(
        tensor(
          "int8",
          [2, 4, 2, 2],
          Int8Array.from({ length: 32 }, (_, i) => ((i * 37) % 127) - 63),
        ),
      );
      return [b.op("ConvInteger", [q, weight, zero], { pads: [1, 0, 1, 0] })];
    },
    image,
  ),
  Reshape: use("Reshape", (b, x) => [b.op("Reshape", [x, b.ints([0, -1])])]),
  Flatten: use("Flatten", (b, x) => [b.op("Flatten", [x], { axis: 2 }), b.op("Flatten", [x], { axis: 0 })]),
  Transpose: use("Transpose", (b, x) => [b.op("Transpose", [x]), b.op("Transpose", [x], { perm: [1, 0, 2] })]),
  Squeeze: use("Squeeze", (b, x) => [b.op("Squeeze", [x, b.ints([-1])]), b.op("Squeeze", [x])], spread([3, 1, 1])),
  Unsqueeze: use("Unsqueeze", (b, x) => [b.op("Unsqueeze", [x, b.ints([-1, 0])])]),
  Concat: use("Concat", (b, x) => [b.op("Concat", [x, x, b.op("Neg", [x])], { axis: -2 })]),
  Split: use("Split", (b, x) => [
    ...b.ops("Split", [x], { axis: 1, num_outputs: 2 }, 2),
    ...b.ops("Split", [x, b.ints([1, 2])], { axis: 1 }, 2),
  ]),
  Slice: use("Slice", (b, x) => [
    b.op("Slice", [x, b.ints([1]), b.ints([1000]), b.ints([1])]),
    b.op("Slice", [x, b.ints([-1, 0]), b.ints([-5, -1]), b.ints([2, 1]), b.ints([-2, 1])]),
  ]),
  Pad: use("Pad", (b, x) => [
    b.op("Pad", [x, b.ints([1, 0, 2, 0, 1, 0]), b.scalar(9)]),
    b.op("Pad", [x, b.ints([1, -1]), undefined, b.ints([-1])]),
    b.op("Pad", [x, b.ints([0, 2, 3, 0, 1, 2])], { mode: "reflect" }),
    b.op("Pad", [x, b.ints([2, 0, 3, 0, 1, 2])], { mode: "edge" }),
    b.op("Pad", [x, b.ints([0, 2, 3, 0, 1, 2])], { mode: "wrap" }),
  ]),
  Expand: use("Expand", (b, x) => [b.op("Expand", [x, b.ints([2, 2, 1])])], spread([1, 4])),
  Tile: use("Tile", (b, x) => [b.op("Tile", [x, b.ints([1, 2, 3])])]),
  Gather: use("Gather", (b, x) => [
    b.op("Gather", [x, b.constant(int64([2, 2], [0, -1, 1, 1]))], { axis: 1 }),
    b.op("Gather", [x, b.scalar(1, "int64")]),
  ]),
  GatherElements: use("GatherElements", (b, _, y) => [
    b.op("GatherElements", [y, b.constant(int64([3, 2], [0, 1, -1, 2, 3, 0]))], { axis: 1 }),
  ]),
  GatherND: use("GatherND", (b, x) => [
    b.op("GatherND", [x, b.constant(int64([3, 2], [0, 1, 1, 2, -1, 0]))]),
    b.op("GatherND", [x, b.constant(int64([2, 1], [2, 0]))], { batch_dims: 1 }),
  ]),
  ScatterElements: use("ScatterElements", (b, _, y) => {
    const at = b.constant(int64([2, 2], [0, 0, 2, -1]));
    return [
      b.op("ScatterElements", [y, at, b.constant(spread([2, 2]))], { axis: 1, reduction: "add" }),
      b.op("ScatterElements", [y, b.constant(int64([1, 2], [1, 2])), b.constant(spread([1, 2]))]),
    ];
  }),
  ScatterND: use("ScatterND", (b, x) => {
    const at = b.constant(int64([3, 1], [1, 0, 1]));
    return [
      b.op("ScatterND", [x, at, b.constant(spread([3, 3, 4]))], { reduction: "add" }),
      b.op("ScatterND", [x, b.constant(int64([1, 2], [1, -1])), b.constant(spread([1, 4]))]),
    ];
  }),
  Trilu: use("Trilu", (b, x) => [b.op("Trilu", [x]), b.op("Trilu", [x, b.scalar(-1, "int64")], { upper: 0 })]),
  Shape: use("Shape", (b, x) => [b.op("Shape", [x]), b.op("Shape", [x], { start: -2, end: -1 })]),
  Size: unary("Size"),
  Range: use("Range", (b) => [
    b.op("Range", [b.scalar(2, "int64"), b.scalar(11, "int64"), b.scalar(3, "int64")]),
    b.op("Range", [b.scalar(1), b.scalar(-1), b.scalar(-0.5)]),
  ]),
  ConstantOfShape: use("ConstantOfShape", (b) => [
    b.op("ConstantOfShape", [b.ints([2, 3])]),
    b.op("ConstantOfShape", [b.ints([2])], { value: int64([1], [7]) }),
  ]),
  OneHot: use("OneHot", (b) => {
    const at = b.constant(int64([2, 2], [0, 2, -1, 1]));
    const values = b.constant(float32([2], [-1, 5]));
    return [
      b.op("OneHot", [at, b.scalar(3, "int64"), values]),
      b.op("OneHot", [at, b.scalar(3, "int64"), values], { axis: 0 }),
    ];
  }),
} satisfies Record<OpName, Use>;

function words(...values: number[]): Tensor {
  return tensor("int32", [values.length], Int32Array.from(values));
}
