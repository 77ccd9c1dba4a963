import fs from "node:fs";
import { Fault } from "../../base/fault.ts";
import { diskFault } from "../../base/files.ts";

/**
 * Bytes read by place, so that a header is read and the weights behind it are not.
 * Law: `read` gives exactly `length` bytes or a fault, and allocates no more than lies within `size`.
 */
export interface ByteSource {
  /** For faults: the path. */
  readonly name: string;
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

export function fileSource(path: string): ByteSource {
  let file: number | undefined;
  try {
    file = fs.openSync(path, "r");
    const stat = fs.fstatSync(file);
    if (!stat.isFile()) {
      throw new Fault("model/format", {
        what: `${path} is not a file`,
        where: path,
        remedy: "name a GGUF or ONNX file, a .whittle pack, or a folder with safetensors files",
      });
    }
    return opened(path, file, stat.size);
  } catch (cause) {
    if (file !== undefined) fs.closeSync(file);
    throw diskFault(cause, "read", path);
  }
}

function opened(path: string, file: number, size: number): ByteSource {
  return {
    name: path,
    size,
    read(offset, length) {
      within(path, size, offset, length);
      const bytes = new Uint8Array(length);
      try {
        for (let at = 0; at < length;) {
          const n = fs.readSync(file, bytes, at, length - at, offset + at);
          if (n === 0) throw truncated(path, offset + length, offset + at);
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

/** Bytes that are in memory already; `size` may go past them, as where only the head of a file was kept: zeros follow. */
export function bytesSource(name: string, bytes: Uint8Array, size = bytes.length): ByteSource {
  return {
    name,
    size,
    read(offset, length) {
      within(name, size, offset, length);
      const part = new Uint8Array(length);
      part.set(bytes.subarray(offset, offset + length));
      return part;
    },
    close: () => undefined,
  };
}

/** A part of a file that holds more. */
export function partSource(
  name: string,
  { path, part }: { readonly path: string; readonly part: { readonly offset: number; readonly bytes: number } },
): ByteSource {
  const file = fileSource(path);
  return {
    name,
    size: part.bytes,
    read(offset, length) {
      within(name, part.bytes, offset, length);
      return file.read(part.offset + offset, length);
    },
    close: () => file.close(),
  };
}

function within(name: string, size: number, offset: number, length: number): void {
  const sane = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!sane || offset + length > size) throw truncated(name, offset + length, size);
}

export function truncated(name: string, wanted: number, size: number): Fault {
  return new Fault("model/truncated", {
    what: "the file ends before its header does",
    where: name,
    why: `byte ${wanted} is asked for and it has ${size}`,
    remedy: "copy or download the file again",
  });
}
