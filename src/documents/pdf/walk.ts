import { type Box, type Clean, type CleanPage, contentStream, unusedName } from "./clean.ts";
import type { Op } from "./content.ts";
import { tooLarge } from "./filters.ts";
import { type Font, readFont } from "./fonts.ts";
import { apply, identity, type Matrix, multiply } from "./matrix.ts";
import { showing } from "./operators.ts";
import { type Dict, dictOf, isArray, isDict, Name, nameOf, numbersOf, PdfString, Stream, type Value } from "./value.ts";

/** One glyph as it is shown, in the page's units: where PDFium sees its pen stand and where it goes. */
export interface Glyph {
  readonly x: number;
  readonly y: number;
  readonly toX: number;
  readonly toY: number;
  /** Font size as it is shown. */
  readonly size: number;
  /** The same for two glyphs that look the same: font and code. */
  readonly sort: number;
}

export interface Walked {
  readonly glyphs: readonly Glyph[];
  readonly pictures: readonly Box[];
  /** Curves that are painted: many of them on a page without text may be letters. */
  readonly curves: number;
  /** False where some font's codes or widths cannot be followed, so that places and numbers of glyphs are not certain. */
  readonly certain: boolean;
  readonly ops: readonly Op[];
  readonly resources: Dict;
}

const maxSteps = 20_000_000;
/** What drawing a form costs beside what is in it. */
const formSteps = 200;
const maxGlyphs = 4_000_000;

/**
 * Follows a page's content. Glyphs are numbered in the order in which they are shown; those in `removed` are left out of the
 * operators that come back, and the pen is moved over them, so that all others stay where they were. A form is rewritten as
 * a copy of its own for each time it is drawn, since what is removed at one place may stay at another.
 */
export const walk = (clean: Clean, page: CleanPage, removed: ReadonlySet<number> = new Set()): Walked =>
  new Walker(clean, removed).page(page);

interface State {
  ctm: Matrix;
  font: Font | undefined;
  size: number;
  characterSpace: number;
  wordSpace: number;
  scale: number;
  leading: number;
  rise: number;
  mode: number;
}

class Walker {
  readonly #clean: Clean;
  readonly #removed: ReadonlySet<number>;
  readonly #fonts = new Map<Value, Font | undefined>();
  readonly #sorts = new Map<Font, number>();
  readonly #glyphs: Glyph[] = [];
  readonly #pictures: Box[] = [];
  #curves = 0;
  #certain = true;
  #steps = 0;
  #state: State = {
    ctm: identity,
    font: undefined,
    size: 0,
    characterSpace: 0,
    wordSpace: 0,
    scale: 1,
    leading: 0,
    rise: 0,
    mode: 0,
  };
  #text: Matrix = identity;
  #line: Matrix = identity;
  /** How far the pen is from where PDFium has it, in text space. */
  #drift = 0;

  constructor(clean: Clean, removed: ReadonlySet<number>) {
    this.#clean = clean;
    this.#removed = removed;
  }

  page(page: CleanPage): Walked {
    const { ops, resources } = this.#content(page.ops, page.resources);
    return {
      glyphs: this.#glyphs,
      pictures: this.#pictures,
      curves: this.#curves,
      certain: this.#certain,
      ops,
      resources,
    };
  }

  #content(ops: readonly Op[], resources: Dict): { ops: Op[]; resources: Dict; changed: boolean } {
    const out: Op[] = [];
    const stack: State[] = [];
    const { resolve } = this.#clean.draft;
    const objects: Dict = new Map(dictOf(resources.get("XObject"), resolve));
    let changed = false;
    for (const op of ops) {
      if (++this.#steps > maxSteps) throw tooLarge("a page of the PDF draws more than can be followed");
      if (showing.has(op.op)) {
        const shown = this.#show(op);
        changed ||= shown !== undefined;
        out.push(...(shown ?? [op]));
        continue;
      }
      if (op.op === "q") stack.push({ ...this.#state });
      else if (op.op === "Q") this.#state = stack.pop() ?? this.#state;
      else if (op.op === "Do") {
        const form = this.#draw(resolve(objects.get(nameOf(op.args[0])!)), resources);
        if (form !== undefined) {
          const name = unusedName(objects, `${nameOf(op.args[0])!}.r`);
          objects.set(name, this.#clean.draft.add(form));
          out.push({ op: "Do", args: [new Name(name)] });
          changed = true;
          continue;
        }
      } else this.#set(op, resources);
      out.push(op);
    }
    if (!changed) return { ops: out, resources, changed };
    // The form that was rewritten holds what was removed: it stays only where it is still drawn as it was.
    const drawn = new Set(out.filter(({ op }) => op === "Do").map(({ args }) => nameOf(args[0])!));
    const left = new Map([...objects].filter(([name]) => drawn.has(name)));
    return { ops: out, resources: new Map<string, Value>([...resources, ["XObject", left]]), changed };
  }

  /** A picture is noted, a form followed; a form comes back where something was removed from it. */
  #draw(object: Value, resources: Dict): Stream | undefined {
    if (!(object instanceof Stream)) return undefined;
    const ops = this.#clean.forms.get(object);
    if (ops === undefined) {
      this.#picture();
      return undefined;
    }
    this.#steps += formSteps;
    const { resolve } = this.#clean.draft;
    const outer = { ...this.#state };
    const [text, line] = [this.#text, this.#line];
    const matrix = numbersOf(object.dict.get("Matrix"), resolve, 6) as Matrix | undefined;
    if (matrix !== undefined) this.#state.ctm = multiply(matrix, this.#state.ctm);
    const own = object.dict.get("Resources");
    const result = this.#content(ops, own === undefined ? resources : dictOf(own, resolve));
    this.#state = outer;
    [this.#text, this.#line] = [text, line];
    if (!result.changed) return undefined;
    return contentStream(result.ops, new Map<string, Value>([...object.dict, ["Resources", result.resources]]));
  }

  #picture(): void {
    const corners = [
      apply(this.#state.ctm, 0, 0),
      apply(this.#state.ctm, 1, 0),
      apply(this.#state.ctm, 0, 1),
      apply(this.#state.ctm, 1, 1),
    ];
    const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
    this.#pictures.push([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }

  #set({ op, args }: Op, resources: Dict): void {
    const state = this.#state;
    const [first, second] = args as number[];
    if (["BT", "Tm", "Td", "TD", "T*"].includes(op)) this.#drift = 0;
    if (op === "cm") state.ctm = multiply(args as unknown as Matrix, state.ctm);
    else if (op === "BT") this.#text = this.#line = identity;
    else if (op === "Tm") this.#text = this.#line = args as unknown as Matrix;
    else if (op === "Td" || op === "TD") {
      if (op === "TD") state.leading = -second;
      this.#move(first, second);
    } else if (op === "T*") this.#move(0, -state.leading);
    else if (op === "Tc") state.characterSpace = first!;
    else if (op === "Tw") state.wordSpace = first!;
    else if (op === "Tz") state.scale = first / 100;
    else if (op === "TL") state.leading = first!;
    else if (op === "Ts") state.rise = first!;
    else if (op === "Tr") state.mode = first!;
    else if (op === "BI") this.#picture();
    else if (op === "c" || op === "v" || op === "y") this.#curves++;
    else if (op === "Tf") this.#font(this.#resource(resources, "Font", args[0]), args[1] as number);
    else if (op === "gs")
      this.#graphics(dictOf(this.#resource(resources, "ExtGState", args[0]), this.#clean.draft.resolve), resources);
    else if (op === "scn" || op === "SCN") this.#pattern(this.#resource(resources, "Pattern", args.at(-1)));
  }

  #resource(resources: Dict, category: string, name: Value | undefined): Value {
    const { resolve } = this.#clean.draft;
    return resolve(dictOf(resources.get(category), resolve).get(nameOf(name) ?? ""));
  }

  /** A soft mask is drawn where the page's space stands when it is set (11.6.5.2): a shadow's picture shows what casts it. */
  #graphics(state: Dict, resources: Dict): void {
    const { resolve } = this.#clean.draft;
    const font = resolve(state.get("Font"));
    if (isArray(font) && typeof font[1] === "number") this.#font(resolve(font[0]), font[1]);
    this.#draw(resolve(dictOf(state.get("SMask"), resolve).get("G")), resources);
  }

  /** Where a pattern's pictures come to lie is not followed: anywhere. */
  #pattern(pattern: Value): void {
    const before = this.#pictures.length;
    if (pattern instanceof Stream) this.#draw(pattern, new Map());
    if (this.#pictures.length > before) this.#pictures.push([-Infinity, -Infinity, Infinity, Infinity]);
  }

  #font(font: Value, size: number): void {
    if (!this.#fonts.has(font))
      this.#fonts.set(font, isDict(font) ? readFont(font, this.#clean.draft.resolve) : undefined);
    const read = this.#fonts.get(font);
    if (read !== undefined && !this.#sorts.has(read)) this.#sorts.set(read, this.#sorts.size);
    this.#state.font = read;
    this.#state.size = size;
  }

  #move(x: number, y: number): void {
    this.#text = this.#line = multiply([1, 0, 0, 1, x, y], this.#line);
  }

  /** Undefined where nothing is removed; else the operators that show the rest (9.4.3, 9.4.4). */
  #show({ op, args }: Op): Op[] | undefined {
    const state = this.#state;
    const before: Op[] = [];
    if (op === '"') {
      [state.wordSpace, state.characterSpace] = args as [number, number];
      before.push({ op: "Tw", args: [args[0]!] }, { op: "Tc", args: [args[1]!] });
    }
    if (op === "'" || op === '"') {
      this.#move(0, -state.leading);
      this.#drift = 0;
      before.push({ op: "T*", args: [] });
    }
    const { font } = state;
    if (font === undefined) this.#certain = false;
    const shown = op === "TJ" ? (args[0] as readonly Value[]) : [args.at(-1)!];
    const out: (number | number[])[] = [];
    let removes = false;
    for (const piece of shown) {
      if (typeof piece === "number") {
        this.#advance((-piece / 1000) * state.size * state.scale);
        pushGap(out, piece);
      } else if (piece instanceof PdfString && font !== undefined)
        removes = this.#string(piece.bytes, font, out) || removes;
    }
    if (!removes) return undefined;
    const array = out.map((each) => (typeof each === "number" ? each : new PdfString(Uint8Array.from(each))));
    return [...before, { op: "TJ", args: [array] }];
  }

  #string(bytes: Uint8Array, font: Font, out: (number | number[])[]): boolean {
    const { size, characterSpace, wordSpace, scale, rise, ctm } = this.#state;
    const sort = this.#sorts.get(font)!;
    let removes = false;
    for (let at = 0; at < bytes.length; at += font.bytesPerCode) {
      const code = font.bytesPerCode === 1 ? bytes[at] : bytes[at] * 256 + (bytes[at + 1] ?? 0);
      const width = font.width(code);
      if (width === undefined) this.#certain = false;
      const advance = (width ?? 0) * size + characterSpace + (code === 32 && font.bytesPerCode === 1 ? wordSpace : 0);
      const counted = font.counted(width ?? 0);
      const matrix = multiply(this.#text, ctm);
      const [x, y] = apply(matrix, this.#drift, rise);
      const [toX, toY] = apply(matrix, this.#drift + counted * size * scale, rise);
      const shown = Math.abs(size) * Math.hypot(matrix[2], matrix[3]);
      if (this.#removed.has(this.#glyphs.length)) {
        removes = true;
        pushGap(out, size === 0 ? 0 : (-advance * 1000) / size);
      } else {
        if (!Array.isArray(out.at(-1))) out.push([]);
        (out.at(-1) as number[]).push(...bytes.subarray(at, at + font.bytesPerCode));
      }
      if (this.#glyphs.length >= maxGlyphs) throw tooLarge("a page of the PDF shows more text than can be followed");
      this.#glyphs.push({ x, y, toX, toY, size: shown, sort: sort * 65_536 + code });
      this.#advance(advance * scale);
      this.#drift += (counted - (width ?? 0)) * size * scale;
    }
    return removes;
  }

  #advance(x: number): void {
    this.#text = multiply([1, 0, 0, 1, x, 0], this.#text);
  }
}

/** Gaps that follow each other become one, so that the widths of removed glyphs are not kept one by one. */
function pushGap(out: (number | number[])[], gap: number): void {
  const last = out.at(-1);
  if (typeof last === "number") out[out.length - 1] = last + gap;
  else out.push(gap);
}
