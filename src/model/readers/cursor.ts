import { type ByteSource, truncated } from "./source.ts";

/** Bytes fetched at once. */
const WINDOW = 1 << 16;

/**
 * Little-endian values read one after another through a window, from `at` up to `end`. Skipping costs nothing, whatever
 * its length; reading past `end` is a fault.
 */
export class Cursor {
  at: number;
  readonly end: number;
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#window.buffer, this.#window.byteOffset);
  #from = 0;
  #place = 0;

  constructor(source: ByteSource, at = 0, end = source.size) {
    this.#source = source;
    this.at = at;
    this.end = Math.min(end, source.size);
  }

  get left(): number {
    return this.end - this.at;
  }

  u8 = (): number => this.#step(1).getUint8(this.#place);
  i8 = (): number => this.#step(1).getInt8(this.#place);
  u16 = (): number => this.#step(2).getUint16(this.#place, true);
  i16 = (): number => this.#step(2).getInt16(this.#place, true);
  u32 = (): number => this.#step(4).getUint32(this.#place, true);
  i32 = (): number => this.#step(4).getInt32(this.#place, true);
  f32 = (): number => this.#step(4).getFloat32(this.#place, true);
  f64 = (): number => this.#step(8).getFloat64(this.#place, true);
  /** Past 2⁵³ a count or an offset means nothing that a file can hold; the double nearest to it is refused like any other. */
  u64 = (): number => Number(this.#step(8).getBigUint64(this.#place, true));
  i64 = (): number => Number(this.#step(8).getBigInt64(this.#place, true));

  bytes(length: number): Uint8Array {
    if (length > WINDOW) {
      const part = this.#source.read(this.at, this.#fits(length));
      this.at += length;
      return part;
    }
    this.#step(length);
    return this.#window.slice(this.#place, this.#place + length);
  }

  skip(length: number): void {
    this.at += this.#fits(length);
  }

  /** Steps over the next `length` bytes, which then lie in the window at `#place`. */
  #step(length: number): DataView {
    if (this.at < this.#from || this.at + length > this.#from + this.#window.length) this.#fill(length);
    this.#place = this.at - this.#from;
    this.at += length;
    return this.#view;
  }

  #fill(length: number): void {
    this.#fits(length);
    this.#from = this.at;
    this.#window = this.#source.read(this.at, Math.max(length, Math.min(WINDOW, this.left)));
    this.#view = new DataView(this.#window.buffer, this.#window.byteOffset);
  }

  #fits(length: number): number {
    if (!(length >= 0 && length <= this.left)) throw truncated(this.#source.name, this.at + length, this.end);
    return length;
  }
}
