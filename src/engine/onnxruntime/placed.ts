import { closeSync, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { type Tensor, tensor, viewAs } from "../../base/tensor.ts";
import { weightsApart } from "../../graph/wire/apart.ts";
import type { ModelFile } from "../port.ts";

/** A model as the engine is to load it. */
export interface Placed {
  readonly model: Uint8Array;
  /** Where its external data lie. */
  readonly folder: string;
  /** Values of inputs that the model has beside its own. */
  readonly tables: Readonly<Record<string, Tensor>>;
}

/** The most that is read at once. */
const MAX_READ = 1 << 30;

/**
 * A model in a file with its large weights left there, but for its tables, which are read. Given bytes, the engine would hold them
 * up to three times over while loading: the bytes, the message read of them, and the weights. So it holds them once.
 *
 * @returns undefined for a whole file that is not understood, which is then for the engine to judge.
 * @throws whatever the operating system says
 */
export function placed({ path, part }: ModelFile): Placed | undefined {
  const real = realpathSync(path);
  const file = openSync(real, "r");
  try {
    const { size } = fstatSync(file);
    const { offset, bytes } = part ?? { offset: 0, bytes: size };
    const read = (at: number, length: number): Uint8Array => readExactly(file, offset + at, length, offset + bytes);
    const folder = dirname(real);
    const apart = weightsApart({ size: bytes, read }, basename(real), offset);
    if (apart === undefined) return part === undefined ? undefined : { model: read(0, bytes), folder, tables: {} };
    const tables: Record<string, Tensor> = {};
    for (const { name, type, dims, offset: at, bytes: length } of apart.tables) {
      tables[name] = tensor(type, dims, viewAs(type, read(at, length)));
    }
    return { model: apart.model, folder, tables };
  } finally {
    closeSync(file);
  }
}

function readExactly(file: number, from: number, length: number, end: number): Uint8Array {
  if (!(length >= 0 && from + length <= end)) throw new RangeError("the file ends before its model");
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = readSync(file, bytes, at, Math.min(MAX_READ, length - at), from + at);
    if (n === 0) throw new RangeError("the file ends before its model");
    at += n;
  }
  return bytes;
}
