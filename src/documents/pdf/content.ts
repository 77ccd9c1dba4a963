import { corrupt, Lexer, Word } from "./lexer.ts";
import { type Dict, Name, nameOf, type Value } from "./value.ts";
import { print } from "./write.ts";

/** One operator of a content stream with its operands. */
export interface Op {
  readonly op: string;
  readonly args: readonly Value[];
  /** The bytes of an inline picture (op "BI"; its entries are `args[0]`). */
  readonly inline?: Uint8Array;
}

/** Reads a content stream (7.8.2). Stray operands are dropped, as viewers do; what cannot be read at all is a fault. */
export function parseContent(bytes: Uint8Array): Op[] {
  const lexer = new Lexer(bytes);
  const ops: Op[] = [];
  let args: Value[] = [];
  for (;;) {
    const next = lexer.next();
    if (next === undefined) return ops;
    if (!(next instanceof Word)) {
      if (args.length < 64) args.push(next);
      continue;
    }
    if (next.text === "BI") ops.push(inlinePicture(lexer));
    else ops.push({ op: next.text, args });
    args = [];
  }
}

/** 8.9.7: entries up to ID, one white-space byte, the picture's bytes, EI. */
function inlinePicture(lexer: Lexer): Op {
  const dict: Dict = new Map();
  for (;;) {
    const key = lexer.next();
    if (key instanceof Word && key.text === "ID") break;
    const value = key instanceof Name ? lexer.next() : undefined;
    if (!(key instanceof Name) || value === undefined || value instanceof Word)
      throw corrupt("a picture in a page's content is broken");
    dict.set(key.value, value);
  }
  const start = lexer.at + 1;
  const { bytes } = lexer;
  const space = (byte: number | undefined): boolean => byte === undefined || [0, 9, 10, 12, 13, 32].includes(byte);
  const filter = nameOf(dict.get("F") ?? dict.get("Filter"));
  for (let at = start; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 69 || bytes[at + 1] !== 73 || !space(bytes[at + 2])) continue;
    if (!space(bytes[at - 1]) && !(filter === "A85" || filter === "AHx")) continue;
    if (!looksLikeContent(bytes, at + 2)) continue;
    lexer.at = at + 2;
    return { op: "BI", args: [dict], inline: bytes.subarray(start, at) };
  }
  throw corrupt("a picture in a page's content does not end");
}

/** "EI" can occur inside a picture: what follows the true one is printable. */
function looksLikeContent(bytes: Uint8Array, at: number): boolean {
  for (let i = at; i < Math.min(at + 24, bytes.length); i++) {
    const byte = bytes[i];
    if (byte > 126 || (byte < 32 && ![0, 9, 10, 12, 13].includes(byte))) return false;
  }
  return true;
}

export function printContent(ops: readonly Op[]): Uint8Array {
  const parts: Buffer[] = [];
  let text = "";
  for (const { op, args, inline } of ops) {
    if (inline === undefined) {
      for (const arg of args) text += `${print(arg)} `;
      text += `${op}\n`;
      continue;
    }
    text += "BI";
    for (const [key, value] of args[0] as Dict) text += ` ${print(new Name(key))} ${print(value)}`;
    parts.push(Buffer.from(`${text} ID `, "latin1"), Buffer.from(inline));
    text = "\nEI\n";
  }
  parts.push(Buffer.from(text, "latin1"));
  return Buffer.concat(parts);
}
