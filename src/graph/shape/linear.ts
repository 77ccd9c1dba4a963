import { type Dim, multiply, exactQuotient } from "../dim.ts";
import type { linear } from "../op/linear.ts";
import {
  agree,
  broadcast,
  type Call,
  fact,
  input,
  intOf,
  intsOf,
  isFloat,
  refuse,
  sameType,
  type ShapeRule,
  wantRoom,
  wantType,
  wantWindow,
} from "./call.ts";
import { einsum } from "./einsum.ts";
import { slide, unslide, windowOf } from "./window.ts";

function matmulDims(call: Call): Dim[] {
  let [a, b] = [input(call, 0).dims, input(call, 1).dims];
  if (a.length === 0 || b.length === 0) refuse(call, "a scalar has no matrix product");
  const [vectorA, vectorB] = [a.length === 1, b.length === 1];
  if (vectorA) a = [1, ...a];
  if (vectorB) b = [...b, 1];
  agree(call, a[a.length - 1], b[b.length - 2], "the inner dimensions differ");
  const dims = broadcast(call, [a.slice(0, -2), b.slice(0, -2)]);
  if (!vectorA) dims.push(a[a.length - 2]);
  if (!vectorB) dims.push(b[b.length - 1]);
  return dims;
}

function kernelOf(call: Call, weight: readonly Dim[]): number[] {
  const kernel = intsOf(call, "kernel_shape") ?? weight.slice(2);
  if (!kernel.every((k): k is number => typeof k === "number")) refuse(call, "the size of the kernel is not known");
  kernel.forEach((k, i) => agree(call, k, weight[i + 2], "kernel_shape and weight differ"));
  return [...(kernel as number[])];
}

export const conv =
  (transposed: boolean): ShapeRule =>
  (call) => {
    const [x, w] = [input(call, 0), input(call, 1)];
    const type = sameType(call, x, w, call.inputs[2]);
    if (x.dims.length < 3 || w.dims.length !== x.dims.length)
      refuse(call, "it takes [batch, channels, …space] and a kernel of the same rank");
    const spatial = x.dims.slice(2);
    const kernel = kernelOf(call, w.dims);
    wantWindow(call, spatial.length, kernel);
    const window = windowOf(call.attributes, kernel, spatial);
    const group = intOf(call, "group");
    if (transposed) {
      agree(call, x.dims[1], w.dims[0], "the channels differ");
      const extra = intsOf(call, "output_padding") ?? spatial.map(() => 0);
      const space = spatial.map((d, i) => (window === undefined ? call.unknown() : unslide(window, d, i, extra[i])));
      return [fact(type, [x.dims[0], multiply(w.dims[1], group), ...wantRoom(call, space)])];
    }
    agree(call, x.dims[1], multiply(w.dims[1], group), "the channels differ");
    if (exactQuotient(w.dims[0], group) === undefined)
      refuse(call, "the output channels do not divide into the groups");
    const space = spatial.map((d, i) => (window === undefined ? call.unknown() : slide(window, d, i)));
    return [fact(type, [x.dims[0], w.dims[0], ...wantRoom(call, space)])];
  };

export const linearShapes = {
  MatMul: (call) => [fact(sameType(call, input(call, 0), input(call, 1)), matmulDims(call))],
  Einsum: einsum,
  Gemm: (call) => {
    const [a, b] = [input(call, 0), input(call, 1)];
    const type = sameType(call, a, b, call.inputs[2]);
    if (a.dims.length !== 2 || b.dims.length !== 2) refuse(call, "it takes two matrices");
    const [m, k] = intOf(call, "transA") === 1 ? [a.dims[1], a.dims[0]] : a.dims;
    const [l, n] = intOf(call, "transB") === 1 ? [b.dims[1], b.dims[0]] : b.dims;
    agree(call, k, l, "the inner dimensions differ");
    const c = call.inputs[2];
    if (c !== undefined && broadcast(call, [[m, n], c.dims]).length !== 2)
      refuse(call, "the third input does not broadcast to the product");
    return [fact(type, [m, n])];
  },
  Conv: conv(false),
  ConvTranspose: conv(true),
  QuantizeLinear: (call) => {
    sameType(call, input(call, 0), input(call, 1));
    return [fact(call.inputs[2]?.type ?? "uint8", input(call, 0).dims)];
  },
  DequantizeLinear: (call) => {
    wantType(call, input(call, 0), ["int8", "uint8", "int32"]);
    if (intOf(call, "block_size") !== 0) refuse(call, "scales by block are not spoken here");
    if (!isFloat(input(call, 1).type)) refuse(call, "the scale must be floating point");
    sameType(call, input(call, 0), call.inputs[2] ?? input(call, 0));
    return [fact(input(call, 1).type, input(call, 0).dims)];
  },
  DynamicQuantizeLinear: (call) => {
    wantType(call, input(call, 0), ["float32"]);
    return [fact("uint8", input(call, 0).dims), fact("float32", []), fact("uint8", [])].slice(0, call.outputs);
  },
  MatMulInteger: (call) => {
    wantType(call, input(call, 0), ["int8", "uint8"]);
    wantType(call, input(call, 1), ["int8", "uint8"]);
    return [fact("int32", matmulDims(call))];
  },
} satisfies Record<keyof typeof linear, ShapeRule>;
