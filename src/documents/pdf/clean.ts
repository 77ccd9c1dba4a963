import { deflateSync } from "node:zlib";
import { Fault } from "../../base/fault.ts";
import { appearances } from "./annotations.ts";
import { type Op, parseContent, printContent } from "./content.ts";
import { Copier, subtype } from "./copy.ts";
import { tooLarge } from "./filters.ts";
import type { PdfFile } from "./file.ts";
import { hiddenLayers } from "./layers.ts";
import { corrupt } from "./lexer.ts";
import { cleanInline, cleanOps, resourceOf, showing } from "./operators.ts";
import type { Ref } from "./value.ts";
import { type Dict, dictOf, isArray, isDict, Name, nameOf, numbersOf, Stream, type Value } from "./value.ts";
import { Draft } from "./write.ts";

export type Box = readonly [number, number, number, number];

export interface CleanPage {
  readonly ops: readonly Op[];
  readonly resources: Dict;
  /** What is seen of the page, in its own units. */
  readonly box: Box;
  readonly rotate: number;
  readonly userUnit: number;
}

/** A document made anew out of what its pages draw. Nothing of the file that was read is in it but that. */
export interface Clean {
  readonly draft: Draft;
  readonly pages: readonly CleanPage[];
  /** Operators of every form in the draft, by the form, as they are in its bytes. */
  readonly forms: ReadonlyMap<Stream, readonly Op[]>;
  /** Appearances of annotations and fields that were drawn into their pages, and those that had none. */
  readonly annotations: { readonly drawn: number; readonly lost: number };
}

const maxFormDepth = 24;
const maxUnits = 20_000;
const maxContent = 1 << 26;

export function clean(file: PdfFile, maxPages: number): Clean {
  return new Cleaner(file).clean(file.pages(maxPages));
}

class Cleaner {
  readonly #file: PdfFile;
  readonly #draft = new Draft();
  readonly #copier: Copier;
  readonly #forms = new Map<Stream, readonly Op[]>();
  readonly #knownForms = new Map<Stream, { ref: Ref; text: boolean }>();
  readonly #open = new Set<Value>();
  readonly #hidden: (value: Value | undefined) => boolean;
  #showsText = false;

  constructor(file: PdfFile) {
    this.#file = file;
    this.#copier = new Copier(file, this.#draft);
    this.#hidden = hiddenLayers(file);
  }

  clean(dicts: readonly Dict[]): Clean {
    const annotations = { drawn: 0, lost: 0 };
    const pages = dicts.map((page, i) => {
      try {
        return this.#page(page, annotations);
      } catch (error) {
        throw error instanceof Fault ? error.at(`page ${i + 1}`) : error;
      }
    });
    return { draft: this.#draft, pages, forms: this.#forms, annotations };
  }

  #page(page: Dict, annotations: { drawn: number; lost: number }): CleanPage {
    const { resolve } = this.#file;
    const media = boxOf(numbersOf(page.get("MediaBox"), resolve, 4)) ?? [0, 0, 612, 792];
    const crop = boxOf(numbersOf(page.get("CropBox"), resolve, 4)) ?? media;
    const cut: Box = [
      Math.max(media[0], crop[0]),
      Math.max(media[1], crop[1]),
      Math.min(media[2], crop[2]),
      Math.min(media[3], crop[3]),
    ];
    const box = cut[2] > cut[0] && cut[3] > cut[1] ? cut : media;
    if (box.some((each) => Math.abs(each) > maxUnits)) throw corrupt("a page is larger than pages can be");
    const source = dictOf(page.get("Resources"), resolve);
    const { ops, resources } = this.#content(this.#contents(page), source, 0);
    const { drawn, lost } = appearances(page, this.#file, this.#hidden);
    annotations.drawn += drawn.length;
    annotations.lost += lost;
    if (drawn.length > 0) {
      ops.unshift({ op: "q", args: [] });
      ops.push({ op: "Q", args: [] });
      const objects: Dict = new Map(dictOf(resources.get("XObject"), this.#draft.resolve));
      drawn.forEach(({ form, matrix }, i) => {
        const name = unusedName(objects, `Annotation${i}`);
        objects.set(name, this.#form(form, source, 1));
        ops.push(
          { op: "q", args: [] },
          { op: "cm", args: matrix },
          { op: "Do", args: [new Name(name)] },
          { op: "Q", args: [] },
        );
      });
      resources.set("XObject", objects);
    }
    const turn = resolve(page.get("Rotate"));
    const unit = resolve(page.get("UserUnit"));
    const rotate = typeof turn === "number" && turn % 90 === 0 ? ((turn % 360) + 360) % 360 : 0;
    return { ops, resources, box, rotate, userUnit: typeof unit === "number" && unit > 0 ? unit : 1 };
  }

  #contents(page: Dict): Uint8Array {
    const contents = this.#file.resolve(page.get("Contents"));
    const streams = (isArray(contents) ? contents : [contents]).map((each) => this.#file.resolve(each));
    const parts = streams.filter((each) => each instanceof Stream).map((each) => this.#decoded(each));
    return parts.length === 1 ? parts[0] : Buffer.concat(parts.flatMap((part) => [part, Buffer.from("\n")]));
  }

  #decoded(stream: Stream): Uint8Array {
    const { bytes, rest } = this.#file.decode(stream);
    if (rest.length > 0) throw corrupt("a page's content is packed as a picture");
    if (bytes.length > maxContent) throw tooLarge("a page of the PDF draws more than can be followed");
    return bytes;
  }

  /** Operators cleaned, and of the resources only those that they ask for, cleaned likewise. */
  #content(bytes: Uint8Array, source: Dict, depth: number): { ops: Op[]; resources: Dict } {
    if (depth > maxFormDepth) throw corrupt("its forms are nested too deeply");
    const { resolve } = this.#file;
    const properties = dictOf(source.get("Properties"), resolve);
    const hidden = (value: Value | undefined): boolean =>
      this.#hidden(value instanceof Name ? properties.get(value.value) : value);
    const resources: Dict = new Map();
    const ops: Op[] = [];
    for (const op of cleanOps(parseContent(bytes), hidden)) {
      if (showing.has(op.op)) this.#showsText = true;
      const asked = resourceOf(op);
      if (asked !== undefined && !this.#resource(asked, source, resources, depth) && op.op !== "BI") {
        if (["Do", "gs", "sh"].includes(op.op)) continue;
      }
      ops.push(op.op === "BI" ? cleanInline(op) : op);
    }
    for (const name of ["DefaultGray", "DefaultRGB", "DefaultCMYK"])
      this.#resource({ category: "ColorSpace", name }, source, resources, depth);
    return { ops, resources };
  }

  /** Takes one resource over; false where there is none, or where it is not shown. */
  #resource(asked: { category: string; name: string }, source: Dict, into: Dict, depth: number): boolean {
    const { resolve } = this.#file;
    const taken = dictOf(into.get(asked.category), resolve);
    if (taken.has(asked.name)) return true;
    const value = dictOf(source.get(asked.category), resolve).get(asked.name);
    if (value === undefined || resolve(value) === null) return false;
    const copied = this.#copied(asked.category, value, source, depth);
    if (copied === undefined) return false;
    into.set(asked.category, new Map<string, Value>([...taken, [asked.name, copied]]));
    return true;
  }

  #copied(category: string, value: Value, source: Dict, depth: number): Value | undefined {
    const found = this.#file.resolve(value);
    if (category === "XObject") {
      if (!(found instanceof Stream) || this.#hidden(found.dict.get("OC"))) return undefined;
      const what = subtype(found, this.#file);
      return what === "Form"
        ? this.#form(found, source, depth + 1)
        : what === "Image"
          ? this.#copier.copy(value)
          : undefined;
    }
    if (category === "Pattern" && found instanceof Stream)
      return this.#silent(() => this.#painted(found, source, depth + 1));
    if (category === "ExtGState") return this.#state(dictOf(found, this.#file.resolve), source, depth);
    if (category === "Font" && isDict(found) && nameOf(this.#file.resolve(found.get("Subtype"))) === "Type3")
      return this.#type3(found, source, depth);
    return this.#copier.copy(value);
  }

  /** For what is drawn where no reader of text looks: a glyph's drawing, a pattern, a mask. Text in it would go unread. */
  #silent<T>(make: () => T): T {
    const before = this.#showsText;
    this.#showsText = false;
    const made = make();
    if (this.#showsText)
      throw new Fault("document/pdf-unread", {
        what: "the PDF draws text where it cannot be read: in a pattern, a mask or a font's own drawing",
        remedy: "print it to a new PDF and redact that",
      });
    this.#showsText = before;
    return made;
  }

  #form(form: Stream, parent: Dict, depth: number): Ref {
    const own = form.dict.has("Resources");
    const known = own ? this.#knownForms.get(form) : undefined;
    if (known !== undefined) {
      this.#showsText ||= known.text;
      return known.ref;
    }
    if (this.#open.has(form)) throw corrupt("a form draws itself");
    this.#open.add(form);
    const before = this.#showsText;
    this.#showsText = false;
    const ref = this.#painted(form, parent, depth);
    this.#open.delete(form);
    if (own) this.#knownForms.set(form, { ref, text: this.#showsText });
    this.#showsText ||= before;
    return ref;
  }

  /** A stream with content and resources: a form or a tiling pattern. */
  #painted(stream: Stream, parent: Dict, depth: number): Ref {
    const { resolve } = this.#file;
    const source = stream.dict.has("Resources") ? dictOf(stream.dict.get("Resources"), resolve) : parent;
    const { ops, resources } = this.#content(this.#decoded(stream), source, depth);
    const dict: Dict = new Map();
    for (const key of [
      "Type",
      "Subtype",
      "FormType",
      "BBox",
      "Matrix",
      "Group",
      "PatternType",
      "PaintType",
      "TilingType",
      "XStep",
      "YStep",
    ])
      if (stream.dict.has(key)) dict.set(key, this.#copier.copy(stream.dict.get(key)!));
    dict.set("Resources", resources);
    const made = contentStream(ops, dict);
    this.#forms.set(made, ops);
    return this.#draft.add(made);
  }

  #state(state: Dict, source: Dict, depth: number): Value {
    const rest: Dict = new Map([...state].filter(([key]) => key !== "SMask"));
    const copied = new Map(this.#copier.copy(rest) as Dict);
    const mask = this.#file.resolve(state.get("SMask"));
    if (mask instanceof Name) copied.set("SMask", mask);
    if (isDict(mask)) {
      const group = this.#file.resolve(mask.get("G"));
      const drawn = new Map(this.#copier.copy(new Map([...mask].filter(([key]) => key !== "G"))) as Dict);
      if (group instanceof Stream)
        drawn.set(
          "G",
          this.#silent(() => this.#form(group, source, depth + 1)),
        );
      copied.set("SMask", drawn);
    }
    return copied;
  }

  #type3(font: Dict, parent: Dict, depth: number): Value {
    if (this.#open.has(font)) throw corrupt("a font draws itself");
    this.#open.add(font);
    const { resolve } = this.#file;
    const source = font.has("Resources") ? dictOf(font.get("Resources"), resolve) : parent;
    const made = new Map(
      this.#copier.copy(new Map([...font].filter(([key]) => key !== "CharProcs" && key !== "Resources"))) as Dict,
    );
    const procedures: Dict = new Map();
    const together: Dict = new Map();
    for (const [name, value] of dictOf(font.get("CharProcs"), resolve)) {
      const stream = resolve(value);
      if (!(stream instanceof Stream)) continue;
      const { ops, resources } = this.#silent(() => this.#content(this.#decoded(stream), source, depth + 1));
      procedures.set(name, this.#draft.add(contentStream(ops, new Map())));
      for (const [category, entries] of resources)
        together.set(category, new Map([...dictOf(together.get(category), resolve), ...(entries as Dict)]));
    }
    made.set("CharProcs", procedures);
    made.set("Resources", together);
    this.#open.delete(font);
    return this.#draft.add(made);
  }
}

function boxOf(numbers: number[] | undefined): Box | undefined {
  if (numbers === undefined) return undefined;
  const [a, b, c, d] = numbers as [number, number, number, number];
  const box: Box = [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
  return box[2] - box[0] > 0 && box[3] - box[1] > 0 ? box : undefined;
}

export function unusedName(taken: Dict, wanted: string): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}.${i}`;
  return name;
}

export function contentStream(ops: readonly Op[], dict: Dict): Stream {
  return new Stream(
    new Map<string, Value>([...dict, ["Filter", new Name("FlateDecode")]]),
    deflateSync(printContent(ops)),
  );
}
