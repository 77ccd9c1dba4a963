import { z } from "zod";
import { Fault } from "../../base/fault.ts";
import type { TensorInfo } from "./header.ts";
import { bytesAt, elementsOf, type Precision } from "./precision.ts";
import type { ByteSource } from "./source.ts";

/**
 * The tensors of one safetensors file: 8 bytes with the length of the header, the header as JSON, the tensors. Each says its
 * type, shape and place; shape and place must agree, and no two may share a byte.
 */
export function readSafetensors(source: ByteSource): readonly TensorInfo[] {
  return placedTensors(source).map(({ info }) => info);
}

/** A tensor with the byte of the file that it begins at, and its type as the file spells it. */
export interface PlacedTensor {
  readonly info: TensorInfo;
  readonly dtype: string;
  readonly at: number;
}

export function placedTensors(source: ByteSource): readonly PlacedTensor[] {
  if (source.size < 8) lies(source, "it is shorter than the length that it must begin with");
  const length = Number(new DataView(source.read(0, 8).buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES) lies(source, `its header claims ${length} bytes, and ${MAX_HEADER_BYTES} are allowed`);
  if (length > source.size - 8) lies(source, `its header claims ${length} bytes of a file of ${source.size}`);
  const start = 8 + length;
  const entries = Object.entries(parse(source, source.read(8, length))).filter(([name]) => name !== "__metadata__");
  const placed = entries.map(([name, entry]) => readEntry(source, name, entry));
  let end = 0;
  for (const { info, from, to } of placed.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) lies(source, `the tensor "${info.name}" lies over the one before it`);
    end = to;
  }
  if (start + end > source.size) {
    throw new Fault("model/safetensors", {
      what: "the safetensors file ends before its tensors do",
      where: source.name,
      why: `they end at byte ${start + end} and the file at ${source.size}`,
      remedy: "copy or download the file again",
    });
  }
  return placed.map(({ info, dtype, from }) => ({ info, dtype, at: start + from }));
}

/** As the format's own reader has it. */
const MAX_HEADER_BYTES = 100_000_000;

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(16),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

/** The format's names of types; a type of 8 bits or fewer has many spellings and one width. */
const types: Readonly<Record<string, Precision>> = {
  F64: "F64",
  F32: "F32",
  F16: "F16",
  BF16: "BF16",
  F8_E4M3: "F8",
  F8_E5M2: "F8",
  F8_E8M0: "F8",
  F8_E4M3FNUZ: "F8",
  F8_E5M2FNUZ: "F8",
  F6_E2M3: "F6",
  F6_E3M2: "F6",
  F4: "F4",
  I64: "I64",
  U64: "I64",
  I32: "I32",
  U32: "I32",
  I16: "I16",
  U16: "I16",
  I8: "I8",
  U8: "I8",
  BOOL: "BOOL",
  C64: "C64",
};

interface Entry {
  readonly info: TensorInfo;
  readonly dtype: string;
  readonly from: number;
  readonly to: number;
}

function readEntry(source: ByteSource, name: string, entry: unknown): Entry {
  const read = entrySchema.safeParse(entry);
  if (!read.success) return lies(source, `the entry of "${name}" has no proper ${read.error.issues[0].path.join(".")}`);
  const { dtype, shape: dims, data_offsets } = read.data;
  const precision = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
  if (precision === undefined) return lies(source, `the tensor "${name}" is of type ${dtype}, which is not known here`);
  const bytes = bytesAt(precision, elementsOf(dims), 0) as number;
  const [from, to] = data_offsets;
  if (to - from !== bytes)
    lies(source, `the tensor "${name}" is ${dtype}[${dims.join(", ")}] and lies in ${to - from} bytes`);
  return { info: { name, dims, precision, bytes }, dtype, from, to };
}

function parse(source: ByteSource, bytes: Uint8Array): object {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    return lies(source, "it is not JSON", cause);
  }
  return typeof json === "object" && json !== null && !Array.isArray(json) ? json : lies(source, "it lists no tensors");
}

function lies(source: ByteSource, why: string, cause?: unknown): never {
  throw new Fault("model/safetensors", {
    what: "the header of the safetensors file makes no sense",
    where: source.name,
    why,
    remedy: "copy or download the file again",
    cause,
  });
}
