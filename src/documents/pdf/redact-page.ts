import type { Replacement } from "../document.ts";
import type { MadePage } from "./assemble.ts";
import { type Clean, type CleanPage, unusedName } from "./clean.ts";
import type { Op } from "./content.ts";
import { bounds, drawMark, type Mark, markFont, marksOf } from "./marks.ts";
import { type Character, type OpenPdf, type PageText } from "./pdfium.ts";
import { pageAsPicture } from "./picture.ts";
import { nearness, Places } from "./places.ts";
import type { Reading } from "./reading.ts";
import { type Dict, dictOf, Name, type Value } from "./value.ts";
import { type Glyph, walk, type Walked } from "./walk.ts";

/** What was found on a page, as characters and as what is drawn in their place. */
export interface Found {
  readonly characters: ReadonlySet<number>;
  readonly marks: readonly Mark[];
  /** The texts that must not be anywhere in the output. */
  readonly texts: readonly string[];
}

/** What two readings of one page found, together: the second adds what the first did not see. */
export function together(
  text: PageText,
  found: readonly { reading: Reading; replacements: readonly Replacement[] }[],
  count: (added: readonly Replacement[]) => void,
): Found {
  const characters = new Set<number>();
  const marks: Mark[] = [];
  const texts = new Set<string>();
  for (const { reading, replacements } of found)
    for (const each of replacements) {
      const { start, end, replacement } = each;
      texts.add(reading.text.slice(start, end));
      const fresh = [...new Set(reading.of.subarray(start, end))].filter(
        (index) => index >= 0 && !characters.has(index),
      );
      if (fresh.length === 0) continue;
      count([each]);
      for (const index of fresh) characters.add(index);
      marks.push(
        ...marksOf(
          fresh.map((index) => text.characters[index]),
          replacement,
        ),
      );
    }
  return { characters, marks, texts: [...texts] };
}

/** Which glyphs PDFium saw, and whether it and we agree on all of them. */
export interface Agreement {
  /** For each glyph the characters that it is; none where it is blank or was not read. */
  readonly characters: readonly (readonly number[])[];
  /** Every character stands where a glyph does, and every glyph that shows something is a character. */
  readonly whole: boolean;
  /** Glyphs next to each other that are no character: text that is seen and was not read. */
  readonly longestUnread: number;
}

/** How far apart, in font sizes, the same glyph may be drawn twice and be one character: bold made by hand, a shadow. */
const doubled = 0.4;

export function agree({ characters }: PageText, { glyphs, certain }: Walked): Agreement {
  const seen = new Places(characters);
  const direct = glyphs.map((glyph) => seen.near(glyph));
  const standing = new Places(glyphs);
  const astray = characters.some((character) => standing.near(character).length === 0);
  const of = direct.map((found, i) => {
    if (found.length > 0) return found;
    const glyph = glyphs[i];
    const double = standing
      .near(glyph, doubled * glyph.size)
      .find((j) => glyphs[j].sort === glyph.sort && direct[j].length > 0);
    return double === undefined ? found : direct[double];
  });
  // PDFium leaves out a space that follows a space: a glyph that is no character is blank when it comes after one.
  let [blank, run, longestUnread] = [false, 0, 0];
  for (const [i, found] of of.entries()) {
    blank = found.length > 0 ? found.some((each) => isBlank(characters[each])) : blank || isNothing(glyphs[i]);
    run = found.length > 0 || blank ? 0 : run + 1;
    longestUnread = Math.max(longestUnread, run);
  }
  return { characters: of, whole: certain && !astray && longestUnread === 0, longestUnread };
}

const isBlank = ({ code }: Character): boolean => code === 32 || code === 160;
const isNothing = ({ x, y, toX, toY }: Glyph): boolean => x === toX && y === toY;

export interface Rewritten {
  readonly page: MadePage;
  /** What must still be there, where it was. */
  readonly kept: readonly Character[];
}

/** Leaves the glyphs of what was found out of the page's operators and draws the marks. Undefined where it cannot be done. */
export function rewrite(
  clean: Clean,
  page: CleanPage,
  text: PageText,
  walked: Walked,
  { whole, characters }: Agreement,
  found: Found,
): Rewritten | undefined {
  if (!whole || found.marks.some((mark) => walked.pictures.some((picture) => meets(bounds(mark), picture))))
    return undefined;
  const gone = new Set<number>();
  characters.forEach((of, glyph) => {
    if (of.some((each) => found.characters.has(each))) gone.add(glyph);
  });
  const lost = new Set([...gone].flatMap((glyph) => characters[glyph]));
  const kept = text.characters.filter((_, i) => !lost.has(i));
  const { ops, resources } = walk(clean, page, gone);
  return { page: { ...page, ...withMarks(ops, resources, found.marks, true) }, kept };
}

/** What was removed and is drawn a second time beside itself: in a picture the second drawing is burnt out too. */
export function doubles({ characters }: PageText, walked: Walked, agreement: Agreement, found: Found): Mark[] {
  return walked.glyphs.flatMap(({ x, y }, glyph) => {
    const index = agreement.characters[glyph].find((each) => found.characters.has(each));
    if (index === undefined || Math.hypot(characters[index].x - x, characters[index].y - y) <= nearness) return [];
    return marksOf([{ ...characters[index], x, y }], "");
  });
}

const meets = (a: readonly number[], b: readonly number[]): boolean =>
  a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

/** The page as a picture with the marks burnt in, and what lies `beside` them; replacements are written over it. */
export function asPicture(
  { draft }: Clean,
  page: CleanPage,
  image: { readonly document: OpenPdf; readonly index: number },
  marks: readonly Mark[],
  beside: readonly Mark[],
): MadePage {
  const { box } = page;
  const shaded = beside.map((mark) => ({ ...mark, text: marks[0]?.text ?? "" }));
  const picture = draft.add(pageAsPicture(image.document, image.index, box, [...shaded, ...marks]));
  const ops: Op[] = [
    { op: "cm", args: [box[2] - box[0], 0, 0, box[3] - box[1], box[0], box[1]] },
    { op: "Do", args: [new Name("Page")] },
  ];
  const resources: Dict = new Map<string, Value>([["XObject", new Map([["Page", picture]])]]);
  return { ...page, ...withMarks(ops, resources, marks, false) };
}

function withMarks(
  ops: readonly Op[],
  resources: Dict,
  marks: readonly Mark[],
  boxed: boolean,
): { ops: Op[]; resources: Dict } {
  const fonts: Dict = new Map(dictOf(resources.get("Font"), (value) => value ?? null));
  const name = unusedName(fonts, "Mark");
  const written = marks.some(({ text }) => text !== "");
  const drawn = marks.filter(({ text }) => boxed || text !== "").flatMap((mark) => drawMark(mark, name, boxed));
  const all: Op[] = [{ op: "q", args: [] }, ...ops, { op: "Q", args: [] }, ...drawn];
  return {
    ops: all,
    resources: written ? new Map<string, Value>([...resources, ["Font", fonts.set(name, markFont())]]) : resources,
  };
}
