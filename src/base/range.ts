import fs from "node:fs";
import { diskFault } from "./files.ts";
import { Fault } from "./fault.ts";

/** A regular file that is open and read by place. Law: `read` gives exactly `length` bytes or a fault. */
export interface RangeFile {
  readonly size: number;
  /** Tells it from another file under the same name, and from itself once written to. */
  readonly stamp: string;
  /** @param into where the bytes are put if they fit: buffers that are let go wait for the collector */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  close(): void;
}

/** One system call moves at most 2³¹ − 1 bytes. */
const MAX_TRANSFER = 1 << 30;

/** @returns undefined for what is no regular file: a pipe has no places */
export function openRange(path: string): RangeFile | undefined {
  let file: number | undefined;
  try {
    file = fs.openSync(path, "r");
    const stat = fs.fstatSync(file, { bigint: true });
    if (stat.isFile()) return rangeOf(path, file, stat);
    fs.closeSync(file);
    return undefined;
  } catch (cause) {
    if (file !== undefined) fs.closeSync(file);
    throw diskFault(cause, "read", path);
  }
}

/** Whether a file begins with these characters of one byte each. Of one that cannot be read whoever opens it tells. */
export function startsWith(path: string, text: string): boolean {
  try {
    const file = openRange(path);
    if (file === undefined) return false;
    try {
      return file.size >= text.length && Buffer.from(file.read(0, text.length)).toString("latin1") === text;
    } finally {
      file.close();
    }
  } catch {
    return false;
  }
}

function rangeOf(path: string, file: number, { size, ino, mtimeNs }: fs.BigIntStats): RangeFile {
  return {
    size: Number(size),
    stamp: `${ino} ${size} ${mtimeNs}`,
    read(offset, length, into) {
      if (!(offset >= 0 && length >= 0 && offset + length <= Number(size))) throw changed(path);
      const bytes = into !== undefined && into.length >= length ? into.subarray(0, length) : new Uint8Array(length);
      try {
        for (let at = 0; at < length;) {
          const n = fs.readSync(file, bytes, at, Math.min(MAX_TRANSFER, length - at), offset + at);
          if (n === 0) throw changed(path);
          at += n;
        }
      } catch (cause) {
        throw diskFault(cause, "read", path);
      }
      return bytes;
    },
    close: () => fs.closeSync(file),
  };
}

function changed(path: string): Fault {
  return new Fault("disk/changed", {
    what: `${path} changed while it was being read`,
    remedy: "wait until the program that writes it is done, then start again",
  });
}
