import { Fault } from "./fault.ts";

/** Element types that cross a floor as data, with the array that holds each. float16 travels as its raw 16-bit words. */
export interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
}

export type ElementType = keyof ArrayOf;

/** A dense row-major tensor. Invariant: `data.length` is the product of `dims`. */
export interface Tensor<T extends ElementType = ElementType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ArrayOf[T];
}

const constructors = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
} as const;

export const bytesPerElement: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  int8: 1,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
};

export function sizeOf(dims: readonly number[]): number {
  let n = 1;
  for (const d of dims) n *= d;
  return n;
}

/** Wraps an array; refuses a length that does not fit the dims. */
export function tensor<T extends ElementType>(type: T, dims: readonly number[], data: ArrayOf[T]): Tensor<T> {
  if (data.length !== sizeOf(dims)) {
    throw new Fault("tensor/length", {
      what: `a ${type} tensor of shape [${dims.join(", ")}] needs ${sizeOf(dims)} elements and has ${data.length}`,
    });
  }
  return { type, dims, data };
}

export function zeros<T extends ElementType>(type: T, dims: readonly number[]): Tensor<T> {
  return { type, dims, data: new constructors[type](sizeOf(dims)) as ArrayOf[T] };
}

export function float32(dims: readonly number[], values: ArrayLike<number>): Tensor<"float32"> {
  return tensor("float32", dims, values instanceof Float32Array ? values : Float32Array.from(values));
}

export function int64(dims: readonly number[], values: readonly number[]): Tensor<"int64"> {
  return tensor(
    "int64",
    dims,
    BigInt64Array.from(values, (v) => BigInt(v)),
  );
}

/** Views bytes as the array of a type; copies only when the offset is not aligned for it. */
export function viewAs<T extends ElementType>(type: T, bytes: Uint8Array): ArrayOf[T] {
  const width = bytesPerElement[type];
  // Not slice(): a Buffer's shares its memory.
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  return new constructors[type](
    aligned.buffer as ArrayBuffer,
    aligned.byteOffset,
    Math.floor(aligned.byteLength / width),
  ) as ArrayOf[T];
}

export function bytesOf(data: ArrayOf[ElementType]): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
