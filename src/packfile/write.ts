import { writeWhole } from "../base/files.ts";
import { layout, type Layout, type Part } from "./layout.ts";

/** Writes a pack whole or not at all, and returns where everything lies. The same parts give the same bytes. */
export function writePack(path: string, parts: readonly Part[]): Layout {
  const plan = layout(parts);
  writeWhole(path, chunks(plan, parts));
  return plan;
}

/** The bytes of a pack, in memory. */
export function packBytes(parts: readonly Part[]): Uint8Array {
  const plan = layout(parts);
  const bytes = new Uint8Array(plan.size);
  let at = 0;
  for (const chunk of chunks(plan, parts)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function* chunks({ head, entries }: Layout, parts: readonly Part[]): Generator<Uint8Array> {
  yield head;
  let end = head.length;
  for (const [i, { offset, bytes }] of entries.entries()) {
    yield new Uint8Array(offset - end);
    yield parts[i].bytes;
    end = offset + bytes;
  }
}
