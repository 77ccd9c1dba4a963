import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Fault } from "../../base/fault.ts";
import { bytesPerElement, type ElementType, sizeOf, type Tensor, tensor, viewAs } from "../../base/tensor.ts";
import { elementTypeOf, TENSOR } from "./fields.ts";

/**
 * Reads a TensorProto. What it claims to hold is compared with what is there before anything is made of it. Its bytes are
 * viewed where they lie when they are in line for their type; else they are copied, or where the bytes were `given` moved
 * down over the fields before them, which have been read.
 */
export function readTensor(bytes: Uint8Array, given = false): { name: string; tensor: Tensor } {
  const r = new BinaryReader(bytes);
  const dims: number[] = [];
  let name = "";
  let dataType = 0;
  let raw: Uint8Array | undefined;
  const typed: (number | bigint)[] = [];
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    if (field === TENSOR.dims) repeated(r, wire, () => void dims.push(Number(r.int64())));
    else if (field === TENSOR.dataType) dataType = r.int32();
    else if (field === TENSOR.name) name = r.string();
    else if (field === TENSOR.rawData) raw = r.bytes();
    else if (field === TENSOR.floatData) repeated(r, wire, () => void typed.push(r.float()));
    else if (field === TENSOR.doubleData) repeated(r, wire, () => void typed.push(r.double()));
    else if (field === TENSOR.int32Data) repeated(r, wire, () => void typed.push(r.int32()));
    else if (field === TENSOR.int64Data) repeated(r, wire, () => void typed.push(BigInt(r.int64())));
    else if (field === TENSOR.dataLocation && r.int32() === 1)
      refuse(name, "its data lie in another file", "store the data inside the model");
    else if (field !== TENSOR.dataLocation) r.skip(wire, field);
  }
  const type =
    elementTypeOf(dataType) ??
    refuse(name, `element type ${dataType} is not spoken here`, "convert the model to float32");
  if (dims.some((d) => !Number.isSafeInteger(d) || d < 0))
    refuse(name, `its dims are [${dims.join(", ")}]`, "the file is damaged");
  const present = raw === undefined ? typed.length : raw.length / bytesPerElement[type];
  if (sizeOf(dims) !== present)
    refuse(name, `it claims [${dims.join(", ")}] elements and holds ${present}`, "the file is damaged");
  return {
    name,
    tensor:
      raw === undefined
        ? fromTyped(type, dims, typed)
        : tensor(type, dims, viewAs(type, given ? inLine(bytes, raw, bytesPerElement[type]) : raw)),
  };
}

/** The same bytes at an address that their elements' width divides. */
function inLine(whole: Uint8Array, part: Uint8Array, width: number): Uint8Array {
  const from = part.byteOffset - whole.byteOffset;
  const by = part.byteOffset % width;
  if (by === 0 || by > from) return part;
  whole.copyWithin(from - by, from, from + part.length);
  return whole.subarray(from - by, from - by + part.length);
}

/** Integer types narrower than 32 bits, bool and float16 words travel in int32_data. */
function fromTyped(type: ElementType, dims: readonly number[], values: readonly (number | bigint)[]): Tensor {
  const numbers = values.map(Number);
  switch (type) {
    case "float32":
      return tensor(type, dims, Float32Array.from(numbers));
    case "float64":
      return tensor(type, dims, Float64Array.from(numbers));
    case "int64":
      return tensor(type, dims, BigInt64Array.from(values, BigInt));
    case "int32":
      return tensor(type, dims, Int32Array.from(numbers));
    case "int8":
      return tensor(type, dims, Int8Array.from(numbers));
    case "float16":
      return tensor(type, dims, Uint16Array.from(numbers));
    case "uint8":
    case "bool":
      return tensor(type, dims, Uint8Array.from(numbers));
  }
}

/** A repeated scalar, packed or one by one: writers do both. */
export function repeated(r: BinaryReader, wire: WireType, one: () => void): void {
  if (wire !== WireType.LengthDelimited) return one();
  const end = r.uint32() + r.pos;
  if (end > r.len) throw new RangeError("premature EOF");
  while (r.pos < end) one();
}

function refuse(name: string, why: string, remedy: string): never {
  throw new Fault("graph/tensor", { what: `the tensor "${name}" cannot be read: ${why}`, remedy });
}
