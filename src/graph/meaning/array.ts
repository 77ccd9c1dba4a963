import { type ArrayOf, type ElementType, sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import { fromHalf, toHalf } from "../half.ts";

/**
 * What the interpreter computes with: every element a double, whatever the type. Floating types keep the double's
 * precision (so that differences can be taken); integer types hold whole numbers, exact to 2^53; bool holds 0 and 1.
 */
export interface NdArray {
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export function array(type: ElementType, dims: readonly number[], data?: ArrayLike<number>): NdArray {
  return { type, dims, data: data === undefined ? new Float64Array(sizeOf(dims)) : Float64Array.from(data) };
}

export function fromTensor(t: Tensor): NdArray {
  if (t.type === "float16") return array(t.type, t.dims, Float64Array.from(t.data as Uint16Array, fromHalf));
  return array(t.type, t.dims, Float64Array.from(t.data as ArrayLike<number | bigint>, Number));
}

export function toTensor(a: NdArray): Tensor {
  const of = <T extends ElementType>(type: T, data: ArrayOf[T]): Tensor => tensor(type, a.dims, data);
  switch (a.type) {
    case "float32":
      return of("float32", Float32Array.from(a.data));
    case "float64":
      return of("float64", a.data.slice());
    case "float16":
      return of("float16", Uint16Array.from(a.data, toHalf));
    case "int8":
      return of("int8", Int8Array.from(a.data));
    case "uint8":
      return of("uint8", Uint8Array.from(a.data));
    case "int32":
      return of("int32", Int32Array.from(a.data));
    case "int64":
      return of("int64", BigInt64Array.from(a.data, wholeNumber));
    case "bool":
      return of(
        "bool",
        Uint8Array.from(a.data, (v) => (v === 0 ? 0 : 1)),
      );
  }
}

/** Row-major strides. */
export function strides(dims: readonly number[]): number[] {
  const result = Array<number>(dims.length);
  let step = 1;
  for (let i = dims.length - 1; i >= 0; i--) {
    result[i] = step;
    step *= dims[i];
  }
  return result;
}

/** Visits every index of a shape in row-major order; the array handed over is reused. */
export function eachIndex(dims: readonly number[], visit: (index: readonly number[], flat: number) => void): void {
  const size = sizeOf(dims);
  const index = Array<number>(dims.length).fill(0);
  for (let flat = 0; flat < size; flat++) {
    visit(index, flat);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      if (++index[axis] < dims[axis]) break;
      index[axis] = 0;
    }
  }
}

export function offset(index: readonly number[], steps: readonly number[]): number {
  let at = 0;
  for (let i = 0; i < steps.length; i++) at += index[i] * steps[i];
  return at;
}

export function broadcastDims(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, axis) => {
    let d = 1;
    for (const s of shapes) {
      const own = s[axis - (rank - s.length)] ?? 1;
      if (own === 1) continue;
      if (d !== 1 && d !== own) throw new RangeError(`${d} does not broadcast with ${own}`);
      d = own;
    }
    return d;
  });
}

/** Strides that read a shape as if it were broadcast to a larger one. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const own = strides(from);
  const lead = to.length - from.length;
  return to.map((_, axis) => (axis < lead || from[axis - lead] === 1 ? 0 : own[axis - lead]));
}

/** Element by element over broadcast inputs. */
export function zip(type: ElementType, inputs: readonly NdArray[], f: (...values: number[]) => number): NdArray {
  const dims = broadcastDims(inputs.map((a) => a.dims));
  const result = array(type, dims);
  const steps = inputs.map((a) => broadcastStrides(a.dims, dims));
  eachIndex(dims, (index, flat) => {
    result.data[flat] = f(...inputs.map((a, k) => a.data[offset(index, steps[k])]));
  });
  return result;
}

/** Reads each element of a new shape from where `from` says; -1 leaves 0. */
export function pick(a: NdArray, dims: readonly number[], from: (index: readonly number[]) => number): NdArray {
  const result = array(a.type, dims);
  eachIndex(dims, (index, flat) => {
    const at = from(index);
    if (at >= 0) result.data[flat] = a.data[at];
  });
  return result;
}

/** The nearest value that the type can hold. Floating types keep double precision, float16 apart. */
export function rounded(type: ElementType, value: number): number {
  switch (type) {
    case "float32":
    case "float64":
      return value;
    case "float16":
      return fromHalf(toHalf(value));
    case "bool":
      return value === 0 ? 0 : 1;
    case "int8":
      return (Math.trunc(value) << 24) >> 24;
    case "uint8":
      return Math.trunc(value) & 255;
    case "int32":
      return Math.trunc(value) | 0;
    case "int64":
      return Math.trunc(value);
  }
}

/** Saturates: past 2^53 the interpreter's whole numbers are rounded, and the largest must not wrap to the smallest. */
function wholeNumber(v: number): bigint {
  if (v >= 2 ** 63) return 2n ** 63n - 1n;
  return v < -(2 ** 63) ? -(2n ** 63n) : BigInt(v);
}
