import type { quantised } from "../op/quantised.ts";
import { type Call, fact, input, intOf, isFloat, refuse, type ShapeRule, wantType } from "./call.ts";
import { conv } from "./linear.ts";

function bitsOf(call: Call, allowed: readonly number[]): number {
  const bits = intOf(call, "bits");
  return allowed.includes(bits) ? bits : refuse(call, `${bits} bits are not one of ${allowed.join(", ")}`);
}

/** Blocks are a power of two from 16 on. */
function blockOf(call: Call): number {
  const size = intOf(call, "block_size");
  return size >= 16 && Number.isInteger(Math.log2(size)) ? size : refuse(call, `${size} is no size of a block`);
}

function wantDims(call: Call, i: number, dims: readonly number[]): void {
  const given = call.inputs[i];
  if (given !== undefined && given.dims.join() !== dims.join())
    refuse(call, `input ${i} should be [${dims.join(", ")}]`);
}

export const quantisedShapes = {
  MatMulNBits: (call) => {
    const [a, codes, scales] = [input(call, 0), input(call, 1), input(call, 2)];
    const [k, n, bits, block] = [intOf(call, "K"), intOf(call, "N"), bitsOf(call, [2, 4, 8]), blockOf(call)];
    if (!isFloat(a.type) || a.type !== scales.type) refuse(call, "the left side and the scales have one floating type");
    if (call.inputs[4] !== undefined) refuse(call, "reordered columns are not spoken here");
    wantType(call, codes, ["uint8"]);
    const last = a.dims.at(-1) ?? refuse(call, "a scalar has no matrix product");
    if (typeof last === "number" && last !== k) refuse(call, `the inner dimensions differ: ${last} is not ${k}`);
    const blocks = Math.ceil(k / block);
    wantDims(call, 1, [n, blocks, (block * bits) / 8]);
    wantDims(call, 2, [n, blocks]);
    if (call.inputs[3] !== undefined) wantType(call, call.inputs[3], ["uint8"]);
    wantDims(call, 3, [n, Math.ceil((blocks * bits) / 8)]);
    wantDims(call, 5, [n]);
    return [fact(a.type, [...a.dims.slice(0, -1), n])];
  },
  GatherBlockQuantized: (call) => {
    const [codes, indices, scales] = [input(call, 0), input(call, 1), input(call, 2)];
    const [bits, block] = [bitsOf(call, [2, 4, 8]), blockOf(call)];
    wantType(call, codes, ["uint8"]);
    wantType(call, indices, ["int32", "int64"]);
    if (!isFloat(scales.type)) refuse(call, "the scales must be floating point");
    const [rows, bytes] = codes.dims;
    if (codes.dims.length !== 2 || typeof rows !== "number" || typeof bytes !== "number")
      return refuse(call, "it takes a matrix of bytes");
    if (intOf(call, "gather_axis") !== 0 || ![1, -1].includes(intOf(call, "quantize_axis")))
      refuse(call, "bytes are picked by row and have their blocks along the columns");
    const columns = (bytes * 8) / bits;
    const blocks = Math.ceil(columns / block);
    wantDims(call, 2, [rows, blocks]);
    wantDims(call, 3, [rows, Math.ceil((blocks * bits) / 8)]);
    return [fact(scales.type, [...indices.dims, columns])];
  },
  ConvInteger: (call) => {
    wantType(call, input(call, 0), ["int8", "uint8"]);
    wantType(call, input(call, 1), ["int8", "uint8"]);
    const floating = {
      ...call,
      inputs: [input(call, 0), input(call, 1)].map((f) => ({ ...f, type: "float32" as const })),
    };
    return conv(false)(floating).map((f) => fact("int32", f.dims));
  },
} satisfies Record<keyof typeof quantised, ShapeRule>;
