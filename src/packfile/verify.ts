import { createHash } from "node:crypto";
import { Fault } from "../base/fault.ts";
import { sha256 } from "../base/hash.ts";
import { headerAt, headerBytes, isPartName, magic, maxHeaderBytes, place, type PartEntry } from "./layout.ts";

/** A pack whose every byte was checked. */
export interface Pack {
  /** In the order of the file. */
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly entries: readonly PartEntry[];
  /** SHA-256 of the header: the identity of the pack. */
  readonly hash: string;
  /** Bytes of the file: what a device downloads. */
  readonly size: number;
}

/** Where a pack is read from; gives exactly `length` bytes, in `into` where it is given and has room, or throws. */
export interface PackSource {
  readonly size: number;
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
}

/**
 * Checks a whole pack and hands out its parts. Law: of the bytes that writePack leaves, no single one can be changed, taken
 * away or added without a fault here; a changed part is refused by its name.
 */
export function verifyPack(bytes: Uint8Array): Pack {
  return verifySource({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) });
}

/** The same of a pack that is read by place. Of parts that are not kept, no more than a piece is in memory at a time. */
export function verifySource(source: PackSource, isKept: (name: string) => boolean = () => true): Pack {
  const { entries, headerEnd, hash } = readHeader(source);
  const size =
    entries.length === 0 ? headerEnd : entries[entries.length - 1].offset + entries[entries.length - 1].bytes;
  if (source.size < size) throw truncated(source.size, size);
  if (source.size > size) throw changed("its end", `the pack is ${size} bytes long and the file has ${source.size}`);

  const parts = new Map<string, Uint8Array>();
  let end = headerEnd;
  for (const entry of entries) {
    source.read(end, entry.offset - end).forEach((byte, i) => {
      if (byte !== 0) throw changed(`byte ${end + i}`, `the space before part ${entry.name} is not empty`);
    });
    end = entry.offset + entry.bytes;
    const part = isKept(entry.name) ? source.read(entry.offset, entry.bytes) : undefined;
    const actual = part === undefined ? hashOfRange(source, entry) : sha256(part);
    if (actual !== entry.sha256) throw changedPart(entry, actual);
    if (part !== undefined) parts.set(entry.name, part);
  }
  return { parts, entries, hash, size };
}

const PIECE = 1 << 18;

function hashOfRange(source: PackSource, { offset, bytes }: PartEntry): string {
  const hash = createHash("sha256");
  const piece = new Uint8Array(Math.min(PIECE, bytes));
  for (let at = 0; at < bytes; at += PIECE) hash.update(source.read(offset + at, Math.min(PIECE, bytes - at), piece));
  return hash.digest("hex");
}

/** The header, believed only once its own SHA-256 fits and it says what the layout would have said. */
function readHeader(source: PackSource): { entries: PartEntry[]; headerEnd: number; hash: string } {
  const head = source.read(0, Math.min(headerAt, source.size));
  const start = Buffer.from(head.subarray(0, magic.length)).toString("latin1");
  if (start.length < magic.length || start !== magic) throw wrongMagic(start);
  if (head.length < headerAt) throw truncated(head.length, headerAt);
  const length = new DataView(head.buffer, head.byteOffset).getUint32(8, true);
  if (length > maxHeaderBytes) throw badHeader(`it claims ${length} bytes and may have ${maxHeaderBytes}`);
  const headerEnd = headerAt + length;
  if (source.size < headerEnd) throw truncated(source.size, headerEnd);

  const header = source.read(headerAt, length);
  const hash = Buffer.from(head.subarray(12, headerAt)).toString("hex");
  if (sha256(header) !== hash) throw changed("the header", "its bytes do not have the SHA-256 that stands before it");
  const listed = partsOf(header);
  const entries = place(listed, headerEnd);
  if (!Buffer.from(headerBytes(entries)).equals(header)) throw badHeader("the parts do not lie where they must");
  return { entries, headerEnd, hash };
}

function partsOf(header: Uint8Array): Omit<PartEntry, "offset">[] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(header));
  } catch (cause) {
    throw badHeader("it is not JSON", cause);
  }
  const parts = field(json, "parts");
  if (!Array.isArray(parts)) throw badHeader("it lists no parts");
  const names = new Set<string>();
  return parts.map((part: unknown) => {
    const [name, bytes, hash] = [field(part, "name"), field(part, "bytes"), field(part, "sha256")];
    if (typeof name !== "string" || !isPartName(name) || names.has(name)) throw badHeader("a part has no proper name");
    if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0)
      throw badHeader(`part ${name} has no length`);
    if (typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) throw badHeader(`part ${name} has no SHA-256`);
    names.add(name);
    return { name, bytes, sha256: hash };
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const again = "copy or download the pack again; if it was edited by hand, make it again instead";

function wrongMagic(start: string): Fault {
  const version = /^WHITTLE([2-9])$/.exec(start)?.[1];
  if (version !== undefined) {
    return new Fault("pack/newer", {
      what: "this pack was made by a newer whittle",
      why: `its format is version ${version}; this whittle reads version 1`,
      remedy: "install the newer whittle",
    });
  }
  return new Fault("pack/not-a-pack", {
    what: "this file is not a whittle pack",
    why: start === "" ? "it is empty" : `it does not begin with ${magic}`,
    remedy: "name a .whittle file that whittle make has left",
  });
}

function truncated(has: number, needs: number): Fault {
  return new Fault("pack/truncated", {
    what: "the pack is cut off",
    why: `it has ${has} bytes and needs ${needs}${needs > has + 1 ? "" : " at least"}`,
    remedy: again,
  });
}

function changed(where: string, why: string): Fault {
  return new Fault("pack/changed", { what: "the pack was changed after it was made", where, why, remedy: again });
}

function changedPart(entry: PartEntry, actual: string): Fault {
  return new Fault("pack/changed-part", {
    what: `the part ${entry.name} of the pack was changed after it was made`,
    where: `part ${entry.name}`,
    why: `its SHA-256 is ${actual} and must be ${entry.sha256}`,
    remedy: again,
  });
}

function badHeader(why: string, cause?: unknown): Fault {
  return new Fault("pack/bad-header", {
    what: "the pack's header makes no sense",
    where: "the header",
    why,
    remedy: again,
    cause,
  });
}
