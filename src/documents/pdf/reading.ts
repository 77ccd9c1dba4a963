import type { Character, PageText } from "./pdfium.ts";

/** A page's text in some order, and for each UTF-16 unit the character that it stands for; -1 for what was put between. */
export interface Reading {
  readonly text: string;
  readonly of: Int32Array;
}

const unknown = 0xfffd;
/** In font sizes: a gap that is a space, and one that parts columns or the cells of a table. */
const [space, column] = [0.15, 2.5];
/** How far above or below its line a character may stand and belong to it. */
const leaning = 0.45;

interface Placed {
  readonly index: number;
  readonly character: Character;
  /** Along the line, and down the page. */
  readonly u: number;
  readonly v: number;
}

class Builder {
  #text = "";
  readonly #of: number[] = [];

  put(code: number, index: number): void {
    const unit = String.fromCodePoint(code);
    this.#text += unit;
    for (let i = 0; i < unit.length; i++) this.#of.push(index);
  }

  /** Between, unless white space already stands there. */
  part(code: number): void {
    if (this.#text !== "" && !/\s$/.test(this.#text)) this.put(code, -1);
  }

  done(): Reading {
    return { text: this.#text, of: Int32Array.from(this.#of) };
  }
}

const codeOf = (character: Character): number => (character.known ? character.code : unknown);

/** By where characters stand: lines from top to bottom, each from left to right, text at other angles after that. */
export function readByPlace({ characters }: PageText): Reading {
  const angles = new Map<number, Placed[]>();
  characters.forEach((character, index) => {
    const degrees = Math.round((character.angle * 180) / Math.PI) % 360;
    const [cos, sin] = [Math.cos(character.angle), Math.sin(character.angle)];
    const placed = {
      index,
      character,
      u: character.x * cos + character.y * sin,
      v: character.x * sin - character.y * cos,
    };
    if (angles.has(degrees)) angles.get(degrees)!.push(placed);
    else angles.set(degrees, [placed]);
  });
  const builder = new Builder();
  for (const degrees of [...angles.keys()].sort((a, b) => a - b))
    for (const line of linesOf(angles.get(degrees)!)) {
      builder.part(10);
      putLine(line, builder);
    }
  return builder.done();
}

function linesOf(placed: readonly Placed[]): Placed[][] {
  const sorted = [...placed].sort((a, b) => a.v - b.v || a.u - b.u || a.index - b.index);
  const lines: Placed[][] = [];
  let [base, size] = [0, 0];
  for (const each of sorted) {
    const line = lines.at(-1);
    if (
      line !== undefined &&
      Math.abs(each.v - base) <= leaning * Math.max(size, Math.min(each.character.size, size * 2))
    ) {
      line.push(each);
      // The largest of a line says where it stands, so that a raised number does not.
      if (each.character.size > size * 1.2) [base, size] = [each.v, each.character.size];
    } else {
      lines.push([each]);
      [base, size] = [each.v, each.character.size];
    }
  }
  return lines.map((line) => line.sort((a, b) => a.u - b.u || a.index - b.index));
}

function putLine(line: readonly Placed[], builder: Builder): void {
  const gaps = line
    .slice(1)
    .map(({ character, u }, i) => (u - line[i].u - line[i].character.advance) / (character.size || 1));
  let end: number | undefined;
  for (const [i, { index, character, u }] of line.entries()) {
    if (end !== undefined) {
      const gap = (u - end) / (character.size || 1);
      if (gap > column) builder.part(9);
      else if (gap > space && gap > space + spacing(gaps, i - 1)) builder.part(32);
    }
    builder.put(codeOf(character), index);
    end = Math.max(end ?? u, u + character.advance);
  }
}

/** How far apart letters are set around a gap, in font sizes: the median of the gaps beside it, where there are enough. */
function spacing(gaps: readonly number[], at: number): number {
  const around = gaps.slice(Math.max(0, at - beside), at + beside + 1).sort((a, b) => a - b);
  const median = around[Math.floor(around.length / 2)];
  return around.length > beside && median > 0 && median < 1 ? median : 0;
}

const beside = 5;

/** In the order in which the page draws them: where a page has columns, this often keeps what belongs together. */
export function readByContent({ characters, order }: PageText): Reading {
  const builder = new Builder();
  for (const { character, code } of order)
    if (character < 0) builder.part(code === 13 ? 10 : code);
    else builder.put(codeOf(characters[character]), character);
  return builder.done();
}

/** The longest run of characters next to each other that the file does not say, in a reading. */
export function longestUnknown(reading: Reading): number {
  return Math.max(0, ...[...reading.text.matchAll(/\ufffd+/g)].map(([run]) => run.length));
}
