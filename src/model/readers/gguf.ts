import { Fault } from "../../base/fault.ts";
import { Cursor } from "./cursor.ts";
import { ggufArchitecture } from "./gguf-architecture.ts";
import { type Metadata, type MetadataValue, readEntry, readString } from "./gguf-metadata.ts";
import type { ModelHeader, TensorInfo } from "./header.ts";
import { bytesAt, elementsOf, type Precision } from "./precision.ts";
import type { ByteSource } from "./source.ts";

/**
 * GGUF, versions 2 and 3 (the ggml project's docs/gguf.md): magic, version, counts of tensors and of metadata, the
 * metadata, one entry a tensor, zeros up to the alignment, the tensors. Counts, lengths, types and offsets are held against
 * the size of the file before anything is made of them.
 */
export function readGguf(source: ByteSource): ModelHeader & { readonly metadata: Metadata } {
  const cursor = new Cursor(source, 0, Math.min(source.size, MAX_HEADER_BYTES));
  const [tensorCount, entryCount] = readCounts(source, cursor);
  const metadata = new Map<string, MetadataValue>();
  for (let i = 0; i < entryCount; i++) {
    const [key, value] = readEntry(cursor, (why) => lies(source, why));
    if (metadata.has(key)) lies(source, `its metadata hold "${key}" twice`);
    metadata.set(key, value);
  }
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || !Number.isInteger(alignment) || alignment < 1 || alignment > 1 << 20)
    lies(source, `its alignment is ${JSON.stringify(alignment)}`);
  const placed = Array.from({ length: tensorCount }, () => readTensorInfo(source, cursor));
  checkPlaces(source, placed, Math.ceil(cursor.at / alignment) * alignment, alignment);
  const tensors = placed.map(({ info }) => info);
  const architecture = ggufArchitecture(metadata, tensors);
  return { format: "gguf", fileBytes: source.size, tensors, architecture, program: null, metadata };
}

/** A vocabulary of a million words takes some 40 MB; what is longer is no header. */
const MAX_HEADER_BYTES = 2 ** 28;
/** The least that an entry takes: an empty name, a type, and a value or a dimension. */
const LEAST_ENTRY = 13;
const LEAST_TENSOR = 24;

function readCounts(source: ByteSource, cursor: Cursor): [number, number] {
  if (source.size < 24 || new TextDecoder("latin1").decode(cursor.bytes(4)) !== "GGUF")
    lies(source, "it does not begin with GGUF and its counts");
  const version = cursor.u32();
  if (version !== 2 && version !== 3) {
    const turned = version === 0x02000000 || version === 0x03000000;
    throw new Fault("model/gguf", {
      what: turned ? "the GGUF file is big-endian" : `the GGUF file is of version ${version}`,
      where: source.name,
      why: "little-endian files of versions 2 and 3 are read",
      remedy: "convert the model again with a present version of its tools",
    });
  }
  const [tensors, entries] = [cursor.u64(), cursor.u64()];
  if (tensors * LEAST_TENSOR + entries * LEAST_ENTRY > cursor.left)
    lies(source, `it claims ${tensors} tensors and ${entries} entries of metadata, more than its size can hold`);
  return [tensors, entries];
}

interface Placed {
  readonly info: TensorInfo;
  readonly offset: number;
}

function readTensorInfo(source: ByteSource, cursor: Cursor): Placed {
  const name = readString(cursor, MAX_NAME, (why) => lies(source, why));
  const rank = cursor.u32();
  if (rank > 8) lies(source, `the tensor "${name}" has ${rank} dimensions`);
  const dims = Array.from({ length: rank }, () => cursor.u64()).reverse();
  const type = cursor.u32();
  const precision = ggmlTypes[type] as Precision | undefined;
  const offset = cursor.u64();
  if (precision === undefined) return lies(source, `the tensor "${name}" is of type ${type}, which is not known here`);
  const elements = elementsOf(dims);
  if (!Number.isSafeInteger(elements)) lies(source, `the tensor "${name}" claims [${dims.join(", ")}] elements`);
  const bytes = bytesAt(precision, elements, dims.at(-1) ?? 1);
  if (bytes === undefined)
    return lies(source, `a row of "${name}" has ${dims.at(-1)} elements, no whole number of ${precision} blocks`);
  return { info: { name, dims, precision, bytes }, offset };
}

const MAX_NAME = 65_535;

/** Every tensor lies within the file, on the alignment, and over no other. */
function checkPlaces(source: ByteSource, placed: readonly Placed[], start: number, alignment: number): void {
  const names = new Set(placed.map(({ info }) => info.name));
  if (names.size < placed.length) lies(source, "two of its tensors have one name");
  let [end, before] = [0, ""];
  for (const { info, offset } of [...placed].sort((a, b) => a.offset - b.offset || a.info.bytes - b.info.bytes)) {
    if (offset % alignment !== 0) lies(source, `the tensor "${info.name}" lies at ${offset}, off the alignment`);
    if (offset < end) lies(source, `the tensors "${before}" and "${info.name}" lie over each other`);
    [end, before] = [offset + info.bytes, info.name];
    if (start + end > source.size) {
      throw new Fault("model/gguf", {
        what: `the GGUF file ends before its tensor "${info.name}" does`,
        where: source.name,
        why: `the tensor ends at byte ${start + end} and the file at ${source.size}`,
        remedy: "copy or download the file again",
      });
    }
  }
}

function lies(source: ByteSource, why: string): never {
  throw new Fault("model/gguf", {
    what: "the header of the GGUF file makes no sense",
    where: source.name,
    why,
    remedy: "copy or download the file again, or convert the model again",
  });
}

/** ggml_type by its number; the gaps are types that ggml has taken back. */
const ggmlTypes: Readonly<Record<number, Precision>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  6: "Q5_0",
  7: "Q5_1",
  8: "Q8_0",
  9: "Q8_1",
  10: "Q2_K",
  11: "Q3_K",
  12: "Q4_K",
  13: "Q5_K",
  14: "Q6_K",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  20: "IQ4_NL",
  21: "IQ3_S",
  22: "IQ2_S",
  23: "IQ4_XS",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  30: "BF16",
  34: "TQ1_0",
  35: "TQ2_0",
  39: "MXFP4",
  40: "NVFP4",
  41: "Q1_0",
};

export function ggmlNumberOf(precision: Precision): number | undefined {
  const found = Object.entries(ggmlTypes).find(([, name]) => name === precision);
  return found && Number(found[0]);
}
