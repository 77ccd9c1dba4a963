import type { Fact } from "../../graph/ir.ts";
import { elementTypeOf, TENSOR } from "../../graph/wire/fields.ts";
import type { Cursor } from "./cursor.ts";
import type { TensorInfo } from "./header.ts";
import { bytesAt, elementsOf, type Precision } from "./precision.ts";
import { type Field, message, varint } from "./wire.ts";

/** What a TensorProto says, its data left where they are but for a few whole numbers: those are shapes. */
export interface SkimmedTensor {
  readonly name: string;
  readonly dataType: number;
  /** undefined for strings, which are no weights. */
  readonly info: TensorInfo | undefined;
  /** undefined where the element type is not spoken by the compiler. */
  readonly fact: Fact | undefined;
  /** Where the data lie, when they lie in another file. */
  readonly external: ExternalData | undefined;
}

export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

/** TensorProto.DataType; 8 is a string. */
const types: Readonly<Record<number, Precision>> = {
  1: "F32",
  2: "I8",
  3: "I8",
  4: "I16",
  5: "I16",
  6: "I32",
  7: "I64",
  9: "BOOL",
  10: "F16",
  11: "F64",
  12: "I32",
  13: "I64",
  14: "C64",
  15: "C128",
  16: "BF16",
  17: "F8",
  18: "F8",
  19: "F8",
  20: "F8",
  21: "I4",
  22: "I4",
  23: "F4",
  24: "F8",
  25: "I2",
  26: "I2",
};
const STRING = 8;
const INT32 = 6;
const INT64 = 7;
/** Contents longer than this are data, not shapes. */
const MAX_CONTENT = 64;
const MAX_RANK = 64;
const MAX_TEXT = 4096;

export function skimTensor(cursor: Cursor, end: number, refuse: (why: string) => never): SkimmedTensor {
  const dims: number[] = [];
  const values: number[] = [];
  const external = new Map<string, string>();
  let [name, dataType, held, location] = ["", 0, 0, 0];
  /** 0 or more whole numbers, packed or one by one; of long lists only the bytes are counted. */
  const whole = (into: number[], most: number) => (field: Field) => {
    if (field.is === "number") return void (into.length < most && into.push(field.value));
    const stop = cursor.at + field.length;
    if (field.length > most * 10) return;
    while (cursor.at < stop && into.length < most) into.push(varint(cursor));
  };
  const counted = (then: (field: Field) => void) => (field: Field) => {
    held += field.is === "bytes" ? field.length : 8;
    then(field);
  };
  const raw = (field: Field): void => {
    const width = dataType === INT64 ? 8 : 4;
    if ((dataType !== INT64 && dataType !== INT32) || field.is !== "bytes" || field.length > MAX_CONTENT * width)
      return;
    for (let i = 0; i + width <= field.length; i += width) values.push(width === 8 ? cursor.i64() : cursor.i32());
  };
  const number = (set: (value: number) => void) => (field: Field) => void (field.is === "number" && set(field.value));
  message(
    cursor,
    end,
    {
      [TENSOR.dims]: whole(dims, MAX_RANK + 1),
      [TENSOR.dataType]: number((v) => (dataType = v)),
      [TENSOR.name]: (f) => (name = readText(cursor, f)),
      [TENSOR.rawData]: counted(raw),
      [TENSOR.floatData]: counted(() => undefined),
      [TENSOR.doubleData]: counted(() => undefined),
      [TENSOR.int32Data]: counted(whole(values, MAX_CONTENT)),
      [TENSOR.int64Data]: counted(whole(values, MAX_CONTENT)),
      [TENSOR.externalData]: (f) => f.is === "bytes" && readPair(cursor, cursor.at + f.length, external, refuse),
      [TENSOR.dataLocation]: number((v) => (location = v)),
    },
    refuse,
  );
  const elements = elementsOf(dims);
  if (dims.length > MAX_RANK || dims.some((d) => !Number.isSafeInteger(d) || d < 0) || !Number.isSafeInteger(elements))
    refuse(`the tensor "${name}" claims [${dims.slice(0, 8).join(", ")}] elements`);
  if (dataType === STRING) return { name, dataType, info: undefined, fact: undefined, external: undefined };
  const precision = types[dataType] as Precision | undefined;
  if (precision === undefined) return refuse(`the tensor "${name}" is of type ${dataType}, which is not known here`);
  const bytes = bytesAt(precision, elements, 0) as number;
  // A whole number of small value takes one byte in a list, whatever its type.
  if (location !== 1 && held < Math.min(bytes, elements))
    refuse(`the tensor "${name}" claims ${elements} elements and holds ${held} bytes`);
  return {
    name,
    dataType,
    info: { name, dims, precision, bytes },
    fact: factOf(dataType, dims, values),
    external: location === 1 ? externalOf(external, refuse) : undefined,
  };
}

function factOf(dataType: number, dims: readonly number[], values: readonly number[]): Fact | undefined {
  const type = elementTypeOf(dataType);
  if (type === undefined) return undefined;
  const known = (type === "int64" || type === "int32") && dims.length <= 1 && values.length === elementsOf(dims);
  // Past what a double can count, a bound means "to the end".
  const content = values.map((v) => (Number.isSafeInteger(v) ? v : Math.sign(v) * Infinity));
  return known ? { type, dims, content } : { type, dims };
}

function externalOf(entries: ReadonlyMap<string, string>, refuse: (why: string) => never): ExternalData {
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    return /^\d{1,15}$/.test(text) ? Number(text) : refuse(`the ${key} of external data is ${JSON.stringify(text)}`);
  };
  const location = entries.get("location");
  if (location === undefined) return refuse("external data name no file");
  return { location, offset: number("offset") ?? 0, length: number("length") };
}

function readPair(cursor: Cursor, end: number, into: Map<string, string>, refuse: (why: string) => never): void {
  let [key, value] = ["", ""];
  message(cursor, end, { 1: (f) => (key = readText(cursor, f)), 2: (f) => (value = readText(cursor, f)) }, refuse);
  into.set(key, value);
}

/** A name; what is longer than names are is cut. */
export function readText(cursor: Cursor, field: Field): string {
  return field.is === "bytes" ? new TextDecoder().decode(cursor.bytes(Math.min(field.length, MAX_TEXT))) : "";
}
