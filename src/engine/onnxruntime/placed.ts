import { realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import { openRange } from "../../base/range.ts";
import { Fault } from "../../base/fault.ts";
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

/**
 * A model in a file with its large weights left there, but for its tables, which are read. Given bytes, the engine would hold them
 * up to three times over while loading: the bytes, the message read of them, and the weights. So it holds them once.
 *
 * @returns undefined for a whole file that is not understood, which is then for the engine to judge.
 * @throws whatever the operating system says
 */
export function placed({ path, part }: ModelFile): Placed | undefined {
  const real = realpathSync(path);
  const file = openRange(real);
  if (file === undefined) return undefined;
  try {
    const { offset, bytes } = part ?? { offset: 0, bytes: file.size };
    if (part?.stamp !== undefined && part.stamp !== file.stamp) throw replaced(path);
    const folder = dirname(real);
    const read = (at: number, length: number): Uint8Array => file.read(offset + at, length);
    const apart = weightsApart({ size: bytes, read }, basename(real), offset);
    if (apart === undefined) return part === undefined ? undefined : { model: read(0, bytes), folder, tables: {} };
    const tables: Record<string, Tensor> = {};
    for (const { name, type, dims, offset: at, bytes: length } of apart.tables) {
      tables[name] = tensor(type, dims, viewAs(type, read(at, length)));
    }
    return { model: apart.model, folder, tables };
  } finally {
    file.close();
  }
}

function replaced(path: string): Fault {
  return new Fault("disk/changed", {
    what: `${path} is another file than the one that was opened`,
    remedy: "open it again",
  });
}
