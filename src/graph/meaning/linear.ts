import type { linear } from "../op/linear.ts";
import { array, broadcastDims, broadcastStrides, eachIndex, type NdArray, offset, zip } from "./array.ts";
import { arg, type Application, intAt, type Meaning } from "./call.ts";
import { einsum } from "./einsum.ts";
import { roundEven } from "./special.ts";
import { conv, convTranspose } from "./window.ts";

export function matmul(left: NdArray, right: NdArray, type = left.type): NdArray {
  const a = left.dims.length === 1 ? { ...left, dims: [1, left.dims[0]] } : left;
  const b = right.dims.length === 1 ? { ...right, dims: [right.dims[0], 1] } : right;
  const [m, k, n] = [a.dims[a.dims.length - 2], a.dims[a.dims.length - 1], b.dims[b.dims.length - 1]];
  if (b.dims[b.dims.length - 2] !== k) throw new RangeError(`${k} is not ${b.dims[b.dims.length - 2]}`);
  const batch = broadcastDims([a.dims.slice(0, -2), b.dims.slice(0, -2)]);
  const [aSteps, bSteps] = [broadcastStrides(a.dims.slice(0, -2), batch), broadcastStrides(b.dims.slice(0, -2), batch)];
  const out = new Float64Array(batch.reduce((p, d) => p * d, 1) * m * n);
  eachIndex(batch, (index, flat) => {
    const [atA, atB] = [offset(index, aSteps) * m * k, offset(index, bSteps) * k * n];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += a.data[atA + i * k + l] * b.data[atB + l * n + j];
        out[(flat * m + i) * n + j] = sum;
      }
    }
  });
  const dims = [...batch, ...(left.dims.length === 1 ? [] : [m]), ...(right.dims.length === 1 ? [] : [n])];
  return { type, dims, data: out };
}

function transposed(a: NdArray): NdArray {
  const [m, n] = a.dims;
  return { type: a.type, dims: [n, m], data: a.data.map((_, at) => a.data[(at % m) * n + Math.floor(at / m)]) };
}

/** A scale or zero point as it stands against the input: one for all, or one for each place along the axis. */
function alongAxis(parameter: NdArray, x: NdArray, axis: number): NdArray {
  if (parameter.dims.length === 0) return parameter;
  const at = axis < 0 ? axis + x.dims.length : axis;
  return { ...parameter, dims: x.dims.map((_, i) => (i === at ? parameter.data.length : 1)) };
}

function quantise(run: Application): NdArray {
  const x = arg(run, 0);
  const scale = alongAxis(arg(run, 1), x, intAt(run, "axis"));
  const zero = alongAxis(run.inputs[2] ?? array("uint8", []), x, intAt(run, "axis"));
  const [low, high] = zero.type === "int8" ? [-128, 127] : [0, 255];
  return zip(zero.type, [x, scale, zero], (v, s, z) =>
    Math.min(high, Math.max(low, roundEven(Math.fround(v / s)) + z)),
  );
}

/**
 * scale = (max(x, 0) − min(x, 0)) / 255, zero point = round(−min / scale), y = round(x / scale) + zero point. Quotients are
 * rounded to float32 before they are rounded to whole numbers, as engines do: halves fall as they do there.
 */
function dynamicQuantise(run: Application): NdArray[] {
  const x = arg(run, 0);
  const low = x.data.reduce((m, v) => Math.min(m, v), 0);
  const high = x.data.reduce((m, v) => Math.max(m, v), 0);
  const scale = high === low ? 1 : Math.fround((high - low) / 255);
  const zero = Math.min(255, Math.max(0, roundEven(Math.fround(-low / scale))));
  const y = x.data.map((v) => Math.min(255, Math.max(0, roundEven(Math.fround(v / scale)) + zero)));
  return [{ type: "uint8", dims: x.dims, data: y }, array("float32", [], [scale]), array("uint8", [], [zero])];
}

export const linearMeanings = {
  MatMul: (run) => [matmul(arg(run, 0), arg(run, 1))],
  Einsum: (run) => [einsum(run)],
  Gemm: (run) => {
    const a = intAt(run, "transA") === 1 ? transposed(arg(run, 0)) : arg(run, 0);
    const b = intAt(run, "transB") === 1 ? transposed(arg(run, 1)) : arg(run, 1);
    const [alpha, beta] = [run.attributes.alpha as number, run.attributes.beta as number];
    const c = run.inputs[2] ?? array(a.type, []);
    return [zip(a.type, [matmul(a, b), c], (p, q) => alpha * p + beta * q)];
  },
  Conv: (run) => [conv(run)],
  ConvTranspose: (run) => [convTranspose(run)],
  QuantizeLinear: (run) => [quantise(run)],
  DequantizeLinear: (run) => {
    const x = arg(run, 0);
    const scale = alongAxis(arg(run, 1), x, intAt(run, "axis"));
    const zero = alongAxis(run.inputs[2] ?? array(x.type, []), x, intAt(run, "axis"));
    return [zip(scale.type, [x, scale, zero], (v, s, z) => (v - z) * s)];
  },
  DynamicQuantizeLinear: dynamicQuantise,
  MatMulInteger: (run) => {
    const [a, b] = [arg(run, 0), arg(run, 1)];
    // The zero point of A is one for all or one a row; that of B one for all or one a column.
    const zeroA = run.inputs[2] ?? array(a.type, []);
    const zeroB = run.inputs[3] ?? array(b.type, []);
    const column = zeroA.dims.length === 1 && zeroA.dims[0] > 1 ? { ...zeroA, dims: [zeroA.dims[0], 1] } : zeroA;
    const shift = (x: NdArray, z: NdArray): NdArray => zip("int32", [x, z], (v, w) => v - w);
    return [matmul(shift(a, column), shift(b, zeroB), "int32")];
  },
} satisfies Record<keyof typeof linear, Meaning>;
