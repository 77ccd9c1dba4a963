/** Bytes that are read by place; gives exactly `length` bytes or throws. */
export interface Reach {
  readonly size: number;
  read(offset: number, length: number): Uint8Array;
}

/** One field of a message that lies in a file. */
export interface Place {
  readonly field: number;
  /** 0 number, 1 eight bytes, 2 bytes, 5 four bytes. */
  readonly wire: number;
  /** Where its tag begins. */
  readonly from: number;
  /** Where its content begins: behind the length, where it has one. */
  readonly at: number;
  readonly end: number;
}

const CHUNK = 1 << 16;

/** The fields of messages of a file, of which only tags and lengths are read: a tensor's bytes are stepped over. */
export class Fields {
  readonly #reach: Reach;
  #chunk: Uint8Array = new Uint8Array(0);
  #start = 0;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** @throws RangeError for what is no message */
  *of(from: number, to: number): Generator<Place> {
    for (let at = from; at < to;) {
      const tag = this.varint(at);
      const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
      let content = tag.end;
      let end: number;
      if (wire === 2) {
        const length = this.varint(tag.end);
        content = length.end;
        end = content + length.value;
      } else if (wire === 0) end = this.varint(tag.end).end;
      else if (wire === 1) end = content + 8;
      else if (wire === 5) end = content + 4;
      else throw new RangeError(`a field has the wire type ${wire}`);
      if (!(end <= to)) throw new RangeError("a field goes past the end of its message");
      yield { field, wire, from: at, at: content, end };
      at = end;
    }
  }

  bytes(from: number, to: number): Uint8Array {
    return this.#reach.read(from, to - from);
  }

  /** A number at a place, seven bits a byte, and where it ends; past 2⁵³ the double nearest to it. */
  varint(at: number): { readonly value: number; readonly end: number } {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 63; scale *= 128) {
      const byte = this.#byte(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return { value, end: at };
    }
    throw new RangeError("a number has no end");
  }

  #byte(at: number): number {
    if (at < this.#start || at >= this.#start + this.#chunk.length) {
      this.#chunk = this.#reach.read(at, Math.max(0, Math.min(CHUNK, this.#reach.size - at)));
      this.#start = at;
    }
    const byte = this.#chunk[at - this.#start] as number | undefined;
    if (byte === undefined) throw new RangeError("the file ends before its message");
    return byte;
  }
}
