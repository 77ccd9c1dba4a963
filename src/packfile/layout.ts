import { canonical, sha256 } from "../base/hash.ts";
import { Fault } from "../base/fault.ts";

/**
 * A pack is one file:
 *
 *   offset  bytes
 *   0       8      "WHITTLE1"; the last letter is the version of the format
 *   8       4      H, the length of the header, little-endian
 *   12      32     SHA-256 of those H bytes
 *   44      H      the header: canonical JSON {"parts":[{"bytes","name","offset","sha256"},…]}
 *   …              zeros up to a multiple of 64, then a part as it is; likewise every further part, in the header's order
 *
 * The file ends with its last part. So every byte is the magic, a length that must fit, a hash, hashed, or zero: none can change
 * unseen. The header fixes the parts' names, order, lengths and bytes; its SHA-256 is the pack's identity.
 */
export const magic = "WHITTLE1";
export const headerAt = 44;
/** Parts start on a cache line, so that any typed array can look at them in place, mapped or read. */
export const alignment = 64;
export const maxHeaderBytes = 1 << 20;

export interface Part {
  /** "model.onnx", "pack.json", "features/terms.bin": plain letters, no path out of anywhere. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface PartEntry {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Layout {
  /** Magic, length, hash and header: what stands before the first part's padding. */
  readonly head: Uint8Array;
  readonly entries: readonly PartEntry[];
  /** Bytes of the whole file. */
  readonly size: number;
  /** SHA-256 of the header: the identity of the pack. */
  readonly hash: string;
}

const partName = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/;
const maxNameLength = 200;

export function isPartName(name: string): boolean {
  return name.length <= maxNameLength && partName.test(name);
}

/** Where everything goes: a function of the parts alone, so equal parts in equal order give equal bytes. */
export function layout(parts: readonly Part[]): Layout {
  checkNames(parts);
  const sized = parts.map((part) => ({ name: part.name, bytes: part.bytes.length, sha256: sha256(part.bytes) }));
  // Offsets stand in the header and depend on its length: lengthen it until it holds its own offsets.
  let length = headerBytes(place(sized, 0)).length;
  for (;;) {
    const entries = place(sized, headerAt + length);
    const header = headerBytes(entries);
    if (header.length > maxHeaderBytes) throw headerTooLong(header.length);
    if (header.length === length) {
      const last = entries.at(-1);
      const hash = sha256(header);
      return {
        head: headOf(header, hash),
        entries,
        size: last === undefined ? headerAt + length : last.offset + last.bytes,
        hash,
      };
    }
    length = header.length;
  }
}

/** The entries with the offsets that follow from where the header ends. */
export function place(parts: readonly Omit<PartEntry, "offset">[], headerEnd: number): PartEntry[] {
  let end = headerEnd;
  return parts.map(({ name, bytes, sha256 }) => {
    const offset = Math.ceil(end / alignment) * alignment;
    end = offset + bytes;
    return { name, offset, bytes, sha256 };
  });
}

export function headerBytes(entries: readonly PartEntry[]): Uint8Array {
  return new TextEncoder().encode(canonical({ parts: entries }));
}

function headOf(header: Uint8Array, hash: string): Uint8Array {
  const head = new Uint8Array(headerAt + header.length);
  head.set(new TextEncoder().encode(magic), 0);
  new DataView(head.buffer).setUint32(8, header.length, true);
  head.set(Buffer.from(hash, "hex"), 12);
  head.set(header, headerAt);
  return head;
}

function checkNames(parts: readonly Part[]): void {
  const seen = new Set<string>();
  for (const { name } of parts) {
    if (!isPartName(name) || seen.has(name)) {
      throw new Fault("pack/part-name", {
        what: `${JSON.stringify(name)} cannot be the name of a part`,
        why: seen.has(name)
          ? "another part has it already"
          : `a name is at most ${maxNameLength} lower-case letters, digits, dots, dashes and slashes`,
        remedy: "this is an error in the calling program: name the part otherwise",
      });
    }
    seen.add(name);
  }
}

function headerTooLong(bytes: number): Fault {
  return new Fault("pack/too-many-parts", {
    what: "a pack cannot hold that many parts",
    why: `its header would be ${bytes} bytes and may have ${maxHeaderBytes}`,
    remedy: "join small parts into one",
  });
}
