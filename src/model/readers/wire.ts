import type { Cursor } from "./cursor.ts";

/** Protobuf read over a cursor, so that what no handler asks for is skipped and never fetched. */

/** What stands in one field: a number where it is short, and where the bytes lie where it is long. */
export type Field =
  { readonly is: "number"; readonly value: number } | { readonly is: "bytes"; readonly length: number };
export type Handler = (field: Field) => void;

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Hands each field of the message that ends at `end` to its handler, the cursor standing at its bytes, and skips the rest,
 * whatever a handler left unread. A length that goes past the message, or a wire type that there is not, is refused.
 */
export function message(
  cursor: Cursor,
  end: number,
  handlers: Readonly<Record<number, Handler>>,
  refuse: (why: string) => never,
): void {
  while (cursor.at < end) {
    const tag = varint(cursor);
    const handler = handlers[Math.floor(tag / 8)] as Handler | undefined;
    const wire = tag % 8;
    if (wire === BYTES) {
      const length = varint(cursor);
      if (!(length >= 0 && length <= end - cursor.at))
        refuse(`a field claims ${length} bytes, past the end of its message`);
      const stop = cursor.at + length;
      handler?.({ is: "bytes", length });
      cursor.at = stop;
    } else {
      const value = shortValue(cursor, wire, refuse);
      handler?.({ is: "number", value });
    }
  }
  if (cursor.at > end) refuse("a field goes past the end of its message");
}

function shortValue(cursor: Cursor, wire: number, refuse: (why: string) => never): number {
  if (wire === VARINT) return varint(cursor);
  if (wire === FIXED64) return cursor.f64();
  if (wire === FIXED32) return cursor.f32();
  return refuse(`a field has the wire type ${wire}`);
}

/** A signed 64-bit number, seven bits a byte, the lowest first; past 2⁵³ the double nearest to it. */
export function varint(cursor: Cursor): number {
  let value = 0;
  for (let i = 0, scale = 1; i < 7; i++, scale *= 128) {
    const byte = cursor.u8();
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  let high = 0n;
  for (let shift = 49n; shift < 70n; shift += 7n) {
    const byte = cursor.u8();
    high |= BigInt(byte & 127) << shift;
    if (byte < 128) break;
  }
  return Number(BigInt.asIntN(64, high | BigInt(value)));
}
