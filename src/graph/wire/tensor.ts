import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Fault } from "../../base/fault.ts";
import { bytesPerElement, type ElementType, sizeOf, type Tensor, tensor, viewAs, zeros } from "../../base/tensor.ts";
import type { External, ExternalPlace } from "./external.ts";
import { elementTypeOf, TENSOR } from "./fields.ts";
import { textOf } from "./text.ts";

/**
 * Reads a TensorProto. What it claims to hold is compared with what is there before anything is made of it. Its bytes are
 * viewed where they lie when they are in line for their type; else they are copied, or where the bytes were `given` moved
 * down over the fields before them, which have been read. Bytes that lie in another file are asked of `external`.
 */
export function readTensor(bytes: Uint8Array, given = false, external?: External): { name: string; tensor: Tensor } {
  const r = new BinaryReader(bytes);
  const dims: number[] = [];
  let name = "";
  let dataType = 0;
  let raw: Uint8Array | undefined;
  let elsewhere = false;
  const place = new Map<string, string>();
  let typed = 0;
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    if (field === TENSOR.dims) {
      repeated(r, wire, () => {
        dims.push(Number(r.int64()));
        if (dims.length > MOST_DIMS) refuse(name, `it has more than ${MOST_DIMS} dims`, "the file is damaged");
      });
    } else if (field === TENSOR.dataType) dataType = r.int32();
    else if (field === TENSOR.name) name = textOf(r);
    else if (field === TENSOR.rawData) raw = r.bytes();
    else if (field === TENSOR.externalData) place.set(...readPair(r.bytes()));
    else if (field === TENSOR.dataLocation) elsewhere = r.int32() === 1;
    else if (field in typedData) {
      repeated(r, wire, () => {
        typedData[field](r);
        typed++;
      });
    } else r.skip(wire, field);
  }
  const type =
    elementTypeOf(dataType) ??
    refuse(name, `element type ${dataType} is not spoken here`, "convert the model to float32");
  if (dims.some((d) => !Number.isSafeInteger(d) || d < 0))
    refuse(name, `its dims are [${dims.join(", ")}]`, "the file is damaged");
  if (elsewhere) {
    if (external === undefined) refuse(name, "its data lie in another file", "store the data inside the model");
    const length = sizeOf(dims) * bytesPerElement[type];
    return { name, tensor: tensor(type, dims, viewAs(type, external(placeOf(name, place, length)))) };
  }
  const present = raw === undefined ? typed : raw.length / bytesPerElement[type];
  if (sizeOf(dims) !== present)
    refuse(name, `it claims [${dims.join(", ")}] elements and holds ${present}`, "the file is damaged");
  return {
    name,
    tensor:
      raw === undefined
        ? fromTyped(type, dims, bytes)
        : tensor(type, dims, viewAs(type, given ? inLine(bytes, raw, bytesPerElement[type]) : raw)),
  };
}

/** As many as any engine takes, and more. */
const MOST_DIMS = 64;

/** How the numbers of each field are read that holds a tensor's elements one by one. */
const typedData: Readonly<Record<number, (r: BinaryReader) => number | bigint>> = {
  [TENSOR.floatData]: (r) => r.float(),
  [TENSOR.doubleData]: (r) => r.double(),
  [TENSOR.int32Data]: (r) => r.int32(),
  [TENSOR.int64Data]: (r) => BigInt(r.int64()),
};

/** A StringStringEntryProto. */
function readPair(bytes: Uint8Array): [key: string, value: string] {
  const r = new BinaryReader(bytes);
  let [key, value] = ["", ""];
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    if (field === 1) key = textOf(r);
    else if (field === 2) value = textOf(r);
    else r.skip(wire, field);
  }
  return [key, value];
}

/** Where the data lie, as the file says; a length that is not that of the tensor is refused. */
function placeOf(name: string, entries: ReadonlyMap<string, string>, length: number): ExternalPlace {
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    return /^\d{1,15}$/.test(text)
      ? Number(text)
      : refuse(name, `the ${key} of its data is ${JSON.stringify(text.slice(0, 40))}`, "the file is damaged");
  };
  const location = entries.get("location") ?? refuse(name, "its data name no file", "the file is damaged");
  if (leadsAway(location)) {
    throw new Fault("model/external", {
      what: `the data of the tensor "${name}" are said to lie in ${JSON.stringify(location.slice(0, 200))}`,
      why: "external data may lie beside the model or below it, nowhere else",
      remedy: "do not use a model from a source that you do not trust; else export it again",
    });
  }
  const told = number("length") ?? length;
  if (!Number.isSafeInteger(length) || told !== length)
    refuse(name, `it needs ${length} bytes and names ${told} of ${JSON.stringify(location)}`, "the file is damaged");
  return { location, offset: number("offset") ?? 0, length };
}

/** Whether a path can end up outside the folder that it begins in; no file is looked at. */
function leadsAway(location: string): boolean {
  return location === "" || /^[A-Za-z]:|^[/\\]|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/.test(location);
}

/** The same bytes at an address that their elements' width divides. */
function inLine(whole: Uint8Array, part: Uint8Array, width: number): Uint8Array {
  const from = part.byteOffset - whole.byteOffset;
  const by = part.byteOffset % width;
  if (by === 0 || by > from) return part;
  whole.copyWithin(from - by, from, from + part.length);
  return whole.subarray(from - by, from - by + part.length);
}

/**
 * The numbers of the typed fields, which have been counted: read a second time, to where they stay. A list of them in
 * between would take many times their bytes. Integers narrower than 32 bits, bool and words of float16 travel as int32.
 */
function fromTyped(type: ElementType, dims: readonly number[], bytes: Uint8Array): Tensor {
  const made = zeros(type, dims);
  const data = made.data as { [at: number]: number | bigint };
  const into = type === "int64" ? BigInt : Number;
  let at = 0;
  const r = new BinaryReader(bytes);
  while (r.pos < r.len) {
    const [field, wire] = r.tag();
    if (field in typedData) repeated(r, wire, () => void (data[at++] = into(typedData[field](r))));
    else r.skip(wire, field);
  }
  return made;
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
