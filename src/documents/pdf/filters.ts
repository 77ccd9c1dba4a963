import { inflateSync } from "node:zlib";
import { Fault } from "../../base/fault.ts";
import { corrupt } from "./lexer.ts";
import { type Dict, isArray, isDict, nameOf, type Resolve, type Stream, type Value } from "./value.ts";
import { undoPredictor } from "./predictor.ts";
import { lzw } from "./lzw.ts";

/** Bytes that may still be unpacked: one purse for a whole document, so that many small bombs are one large one. */
export interface Budget {
  left: number;
}

export const tooLarge = (what: string, remedy = "split the document, or raise the limit"): Fault =>
  new Fault("document/pdf-too-large", { what, remedy });

const bomb = (): Fault => tooLarge("the PDF unpacks to more than the limit allows");

export interface Decoded {
  readonly bytes: Uint8Array;
  /** Filters of pictures (DCTDecode, JPXDecode, …) that were left on. */
  readonly rest: readonly string[];
}

/** Undoes a stream's filters up to the first that is a picture's own. Throws before the budget is overdrawn. */
export function decode(stream: Stream, resolve: Resolve, budget: Budget): Decoded {
  const { names, parameters } = filtersOf(stream.dict, resolve);
  let bytes = stream.raw;
  for (const [i, name] of names.entries()) {
    const undo = filters[name];
    if (undo === undefined) {
      if (pictures.has(name)) return { bytes, rest: names.slice(i) };
      throw corrupt(`a stream is packed in a way that is not known`);
    }
    bytes = undo(bytes, budget.left, parameters[i], resolve);
    budget.left -= bytes.length;
    if (budget.left < 0) throw bomb();
  }
  return { bytes, rest: [] };
}

export function filtersOf(dict: Dict, resolve: Resolve): { names: string[]; parameters: (Dict | undefined)[] } {
  const listed = (value: Value): readonly Value[] => (value === null ? [] : isArray(value) ? value : [value]);
  const names = listed(resolve(dict.get("Filter") ?? dict.get("F"))).map((each) => nameOf(resolve(each)) ?? "");
  if (names.length > 8) throw corrupt("a stream is packed more than eight times over");
  const given = listed(resolve(dict.get("DecodeParms") ?? dict.get("DP"))).map((each) => resolve(each));
  return { names, parameters: names.map((_, i) => (isDict(given[i]) ? given[i] : undefined)) };
}

const pictures = new Set(["DCTDecode", "DCT", "JPXDecode", "CCITTFaxDecode", "CCF", "JBIG2Decode"]);

type Undo = (bytes: Uint8Array, most: number, parameters: Dict | undefined, resolve: Resolve) => Uint8Array;

const filters: Readonly<Record<string, Undo>> = {
  FlateDecode: flate,
  Fl: flate,
  LZWDecode: lzwDecode,
  LZW: lzwDecode,
  ASCIIHexDecode: asciiHex,
  AHx: asciiHex,
  ASCII85Decode: ascii85,
  A85: ascii85,
  RunLengthDecode: runLength,
  RL: runLength,
};

function flate(bytes: Uint8Array, most: number, parameters: Dict | undefined, resolve: Resolve): Uint8Array {
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    const code = (error as { code?: string }).code;
    throw code === "ERR_BUFFER_TOO_LARGE" ? bomb() : corrupt("a packed stream is damaged");
  }
  return undoPredictor(inflated, parameters, resolve);
}

function lzwDecode(bytes: Uint8Array, most: number, parameters: Dict | undefined, resolve: Resolve): Uint8Array {
  const early = resolve(parameters?.get("EarlyChange")) === 0 ? 0 : 1;
  const out = lzw(bytes, early, most);
  if (out === "too large") throw bomb();
  if (out === "damaged") throw corrupt("a packed stream is damaged");
  return undoPredictor(out, parameters, resolve);
}

function asciiHex(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes)
    .toString("latin1")
    .split(">")[0]
    .replace(/[\0\s]/g, "");
  if (!/^[0-9A-Fa-f]*$/.test(text)) throw corrupt("a stream of hexadecimal digits is damaged");
  return Buffer.from(text.length % 2 === 1 ? `${text}0` : text, "hex");
}

function ascii85(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  let group: number[] = [];
  const flush = (): void => {
    const count = group.length;
    if (count < 2) return;
    while (group.length < 5) group.push(84);
    let value = 0;
    for (const digit of group) value = value * 85 + digit;
    for (let i = 0; i < count - 1; i++) out.push(Math.floor(value / 256 ** (3 - i)) & 255);
    group = [];
  };
  for (const byte of bytes) {
    if (byte === 126) break;
    if (byte === 122 && group.length === 0) out.push(0, 0, 0, 0);
    else if (byte >= 33 && byte <= 117) {
      group.push(byte - 33);
      if (group.length === 5) flush();
    } else if (byte > 32) throw corrupt("a stream in base 85 is damaged");
  }
  flush();
  return Uint8Array.from(out);
}

function runLength(bytes: Uint8Array, most: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length;) {
    const length = bytes[at];
    if (length === 128) break;
    const part =
      length < 128 ? bytes.subarray(at + 1, at + 2 + length) : new Uint8Array(257 - length).fill(bytes[at + 1] ?? 0);
    at += length < 128 ? length + 2 : 2;
    total += part.length;
    if (total > most) throw bomb();
    parts.push(part);
  }
  return Buffer.concat(parts);
}
