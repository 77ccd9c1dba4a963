import type { Op } from "./content.ts";
import { apply, type Matrix } from "./matrix.ts";
import type { Character } from "./pdfium.ts";
import { standardWidths } from "./standard-widths.ts";
import { type Dict, Name, PdfString, type Value } from "./value.ts";

/** A rectangle over what was removed from one line, and what is written in it. */
export interface Mark {
  /** Its frame: origin at the pen of the first character, x along the line. */
  readonly frame: Matrix;
  readonly width: number;
  readonly ascent: number;
  readonly descent: number;
  /** Empty for a black box. */
  readonly text: string;
}

/** One mark a line; the first carries the replacement, unless that has nothing to read in it (asterisks, blocks). */
export function marksOf(characters: readonly Character[], replacement: string): Mark[] {
  const lines: Character[][] = [];
  for (const character of characters) {
    const last = lines.at(-1)?.at(-1);
    if (last !== undefined && continues(last, character)) lines.at(-1)!.push(character);
    else lines.push([character]);
  }
  const text = /[\p{L}\p{N}]/u.test(replacement) ? windowsText(replacement) : "";
  return lines.map((line, i) => markOf(line, i === 0 ? text : ""));
}

function along(from: Character, to: { readonly x: number; readonly y: number }): readonly [number, number] {
  const [cos, sin] = [Math.cos(from.angle), Math.sin(from.angle)];
  return [(to.x - from.x) * cos + (to.y - from.y) * sin, (to.y - from.y) * cos - (to.x - from.x) * sin];
}

function continues(last: Character, next: Character): boolean {
  const [forward, up] = along(last, next);
  const size = Math.max(last.size, next.size);
  return (
    Math.abs(last.angle - next.angle) < 0.02 &&
    Math.abs(up) < 0.45 * size &&
    forward > -0.5 * size &&
    forward - last.advance < 2.5 * size
  );
}

function markOf(line: readonly Character[], text: string): Mark {
  const first = line[0];
  let [left, right, top, bottom] = [0, first.advance, first.ascent, -first.descent];
  for (const each of line) {
    const [x, y] = along(first, each);
    [left, right] = [Math.min(left, x), Math.max(right, x + each.advance)];
    [top, bottom] = [Math.max(top, y + each.ascent), Math.min(bottom, y - each.descent)];
  }
  const [cos, sin] = [Math.cos(first.angle), Math.sin(first.angle)];
  const frame: Matrix = [cos, sin, -sin, cos, first.x + left * cos, first.y + left * sin];
  return { frame, width: right - left, ascent: top, descent: -bottom, text };
}

/** Whether a point lies on the mark, widened by `margin`. */
export function covers({ frame, width, ascent, descent }: Mark, x: number, y: number, margin = 0): boolean {
  const [dx, dy] = [x - frame[4], y - frame[5]];
  const [u, v] = [dx * frame[0] + dy * frame[1], dy * frame[0] - dx * frame[1]];
  return u >= -margin && u <= width + margin && v >= -descent - margin && v <= ascent + margin;
}

/** The box of a mark along the page's axes: left, bottom, right, top. */
export function bounds({ frame, width, ascent, descent }: Mark): readonly [number, number, number, number] {
  const corners = [
    apply(frame, 0, -descent),
    apply(frame, width, -descent),
    apply(frame, 0, ascent),
    apply(frame, width, ascent),
  ];
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Draws a mark; `boxed` leaves the box out where a picture already has it burnt in. */
export function drawMark(mark: Mark, font: string, boxed = true): Op[] {
  const { frame, width, ascent, descent, text } = mark;
  const ops: Op[] = [
    { op: "q", args: [] },
    { op: "cm", args: frame },
  ];
  if (boxed)
    ops.push(
      { op: "g", args: [text === "" ? 0 : 0.85] },
      { op: "re", args: [0, -descent, width, ascent + descent] },
      { op: "f", args: [] },
    );
  if (text !== "") {
    const size = Math.max(0.1, (ascent + descent) * 0.7);
    const natural = (size * widthOf(text)) / 1000;
    const squeeze = natural > width ? Math.max(1, (100 * width) / natural) : 100;
    ops.push(
      { op: "BT", args: [] },
      { op: "g", args: [0] },
      { op: "Tf", args: [new Name(font), round(size)] },
      { op: "Tz", args: [round(squeeze)] },
      { op: "Td", args: [0, round(-descent + (ascent + descent) * 0.25)] },
      { op: "Tj", args: [new PdfString(bytesOf(text))] },
      { op: "ET", args: [] },
    );
  }
  ops.push({ op: "Q", args: [] });
  return ops;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** The font of the replacements, one that every viewer has. */
export const markFont = (): Dict =>
  new Map<string, Value>([
    ["Type", new Name("Font")],
    ["Subtype", new Name("Type1")],
    ["BaseFont", new Name("Helvetica")],
    ["Encoding", new Name("WinAnsiEncoding")],
  ]);

// Windows-1252 from 0x80 to 0x9f; the rest of it is Latin-1.
const upper = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

function byteOf(character: string): number | undefined {
  const code = character.codePointAt(0)!;
  if ((code >= 32 && code < 127) || (code > 160 && code < 256)) return code;
  const at = code === 32 ? -1 : upper.indexOf(character);
  return at < 0 ? undefined : 128 + at;
}

/** What the standard font can write of a text: letters that it lacks lose their accents, others become question marks. */
function windowsText(text: string): string {
  let out = "";
  for (const character of text.replace(/\s+/g, " ").normalize("NFC")) {
    const bare = character.normalize("NFKD").replace(/\p{M}/gu, "");
    out +=
      byteOf(character) !== undefined ? character : [...bare].every((each) => byteOf(each) !== undefined) ? bare : "?";
  }
  return out.trim();
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from([...text], (each) => byteOf(each) ?? 63);
const widthOf = (text: string): number =>
  bytesOf(text).reduce((sum, byte) => sum + standardWidths("Helvetica")![byte - 32], 0);
