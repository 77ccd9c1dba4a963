import { Fault } from "../base/fault.ts";
import { sha256 } from "../base/hash.ts";
import { openRange } from "../base/range.ts";
import type { PartEntry } from "./layout.ts";

/** Where a part lies: what an engine needs to read it by itself. */
export interface PartPlace {
  readonly path: string;
  readonly part: {
    readonly offset: number;
    readonly bytes: number;
    /** Of the file that was checked. */
    readonly stamp: string;
  };
}

/** Programs are read by the engine, where they are used: a part of weights is as large as all the rest. */
export function isProgram(name: string): boolean {
  return name.endsWith(".onnx");
}

/**
 * The parts of a pack in a file, all of them checked. Programs stay there: `get` reads one anew each time and keeps nothing of
 * it, `place` says where it lies.
 */
export class FileParts extends Map<string, Uint8Array> {
  readonly #path: string;
  readonly #stamp: string;
  readonly #left: ReadonlyMap<string, PartEntry>;

  constructor(path: string, stamp: string, kept: ReadonlyMap<string, Uint8Array>, entries: readonly PartEntry[]) {
    super();
    this.#path = path;
    this.#stamp = stamp;
    this.#left = new Map(entries.flatMap((entry) => (kept.has(entry.name) ? [] : [[entry.name, entry]])));
    const nothing = new Uint8Array(0);
    // Every name has its turn, in the order of the file.
    for (const { name } of entries) super.set(name, kept.get(name) ?? nothing);
  }

  place(name: string): PartPlace | undefined {
    const entry = this.#left.get(name);
    if (entry === undefined) return undefined;
    return { path: this.#path, part: { offset: entry.offset, bytes: entry.bytes, stamp: this.#stamp } };
  }

  override get(name: string): Uint8Array | undefined {
    const entry = this.#left?.get(name);
    return entry === undefined ? super.get(name) : this.#read(entry);
  }

  override *entries(): MapIterator<[string, Uint8Array]> {
    for (const name of this.keys()) yield [name, this.get(name) as Uint8Array];
  }

  override *values(): MapIterator<Uint8Array> {
    for (const [, bytes] of this.entries()) yield bytes;
  }

  override [Symbol.iterator](): MapIterator<[string, Uint8Array]> {
    return this.entries();
  }

  override forEach(act: (bytes: Uint8Array, name: string, parts: Map<string, Uint8Array>) => void): void {
    for (const [name, bytes] of this.entries()) act(bytes, name, this);
  }

  #read({ name, offset, bytes, sha256: expected }: PartEntry): Uint8Array {
    const file = openRange(this.#path);
    try {
      const part = file?.stamp === this.#stamp ? file.read(offset, bytes) : undefined;
      if (part !== undefined && sha256(part) === expected) return part;
    } finally {
      file?.close();
    }
    throw new Fault("pack/changed", {
      what: "the pack was changed after it was opened",
      where: `${this.#path}: part ${name}`,
      remedy: "open the pack again",
    });
  }
}
