import type { quantised } from "../op/quantised.ts";
import { array, eachIndex, type NdArray, zip } from "./array.ts";
import { arg, type Application, intAt, type Meaning } from "./call.ts";
import { matmul } from "./linear.ts";
import { conv } from "./window.ts";

/** The code at a place of a row of packed bytes, low bits first. */
function code(bytes: NdArray, row: number, rowBytes: number, bits: number, at: number): number {
  const bit = at * bits;
  return (bytes.data[row * rowBytes + (bit >> 3)] >> (bit & 7)) & ((1 << bits) - 1);
}

/** (code − zero)·scale of one row, its blocks one after another; the zero point is 2^(bits−1) where none is given. */
function dequantisedRow(run: Application, codes: NdArray, row: number, columns: number, zeros?: NdArray): Float64Array {
  const [scales, bits, block] = [arg(run, 2), intAt(run, "bits"), intAt(run, "block_size")];
  const blocks = Math.ceil(columns / block);
  const rowBytes = codes.data.length / codes.dims[0];
  const zeroBytes = Math.ceil((blocks * bits) / 8);
  return Float64Array.from({ length: columns }, (_, at) => {
    const b = Math.floor(at / block);
    const zero = zeros === undefined ? 1 << (bits - 1) : code(zeros, row, zeroBytes, bits, b);
    return (code(codes, row, rowBytes, bits, at) - zero) * scales.data[row * blocks + b];
  });
}

export const quantisedMeanings = {
  MatMulNBits: (run) => {
    const [a, codes] = [arg(run, 0), arg(run, 1)];
    const [k, n] = [intAt(run, "K"), intAt(run, "N")];
    const b = array(a.type, [k, n]);
    for (let column = 0; column < n; column++) {
      dequantisedRow(run, codes, column, k, run.inputs[3]).forEach((v, row) => (b.data[row * n + column] = v));
    }
    const product = matmul(a, b);
    const bias = run.inputs[5];
    return [bias === undefined ? product : zip(a.type, [product, bias], (p, q) => p + q)];
  },
  GatherBlockQuantized: (run) => {
    const [codes, indices, scales] = [arg(run, 0), arg(run, 1), arg(run, 2)];
    const rows = codes.dims[0];
    const columns = (codes.dims[1] * 8) / intAt(run, "bits");
    const y = array(scales.type, [...indices.dims, columns]);
    indices.data.forEach((given, i) => {
      const row = given < 0 ? given + rows : given;
      if (!(row >= 0 && row < rows)) throw new RangeError(`${given} is no row of ${rows}`);
      y.data.set(dequantisedRow(run, codes, row, columns, run.inputs[3]), i * columns);
    });
    return [y];
  },
  ConvInteger: (run) => {
    const [x, w] = [arg(run, 0), arg(run, 1)];
    const zeroX = run.inputs[2]?.data[0] ?? 0;
    const zeroW = run.inputs[3];
    const shifted = array("int32", w.dims);
    eachIndex(w.dims, ([filter], flat) => {
      shifted.data[flat] = w.data[flat] - (zeroW?.data[zeroW.data.length === 1 ? 0 : filter] ?? 0);
    });
    const moved = { type: "int32" as const, dims: x.dims, data: x.data.map((v) => v - zeroX) };
    return [conv({ ...run, inputs: [moved, shifted] })];
  },
} satisfies Record<keyof typeof quantised, Meaning>;
