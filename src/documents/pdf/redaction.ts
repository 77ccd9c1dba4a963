import { Fault } from "../../base/fault.ts";
import type { Options, Redact } from "../document.ts";
import { ask } from "../replace.ts";
import { refuseStopped } from "../source.ts";
import type { Tally } from "../tally.ts";
import { assemble, type MadePage } from "./assemble.ts";
import type { Clean } from "./clean.ts";
import type { Mark } from "./marks.ts";
import { type Character, type OpenPdf, Pdfium, type PageText } from "./pdfium.ts";
import { holdsOnly, needles, Search } from "./prove.ts";
import { longestUnknown, readByContent, readByPlace } from "./reading.ts";
import { agree, asPicture, doubles, rewrite, together } from "./redact-page.ts";
import { walk, type Walked } from "./walk.ts";

/** Glyphs side by side that no reader can tell; fewer are bullets and ornaments. */
const unreadRun = 3;
/** Painted curves on a page without text: more may be letters drawn as shapes. */
const drawnLetters = 100;

interface Page {
  made: MadePage;
  picture: boolean;
  readonly marks: readonly Mark[];
  /** Burnt into a picture besides. */
  readonly beside: readonly Mark[];
  /** Undefined where the page is a picture, or was left as it is. */
  kept: readonly Character[] | undefined;
}

/** One document on its way from cleaned pages to proved bytes. */
export class Redaction {
  readonly #clean: Clean;
  readonly #tally: Tally;
  readonly #options: Options;
  readonly #pdfium: Pdfium;
  readonly #pages: Page[] = [];
  readonly #texts = new Set<string>();

  private constructor(clean: Clean, tally: Tally, options: Options, pdfium: Pdfium) {
    this.#clean = clean;
    this.#tally = tally;
    this.#options = options;
    this.#pdfium = pdfium;
  }

  static async of(clean: Clean, tally: Tally, options: Options): Promise<Redaction> {
    return new Redaction(clean, tally, options, await Pdfium.start());
  }

  async run(redact: Redact): Promise<Uint8Array> {
    const { draft, pages } = this.#clean;
    const before = this.#pdfium.open(
      assemble(
        draft,
        pages.map((page) => ({ ...page, rotate: 0, userUnit: 1 })),
      ),
    );
    for (const index of pages.keys()) {
      refuseStopped(this.#options.signal);
      await this.#page(before, index, redact);
    }
    const search = new Search(draft, needles(this.#texts));
    for (const [index, page] of this.#pages.entries())
      if (!page.picture && search.finds(page.made.resources)) this.#toPicture(before, index);
    const bytes = this.#proved(before);
    before.close();
    for (const page of this.#pages) if (page.picture) this.#tally.dropped("pages that are now pictures of themselves");
    return bytes;
  }

  async #page(document: OpenPdf, index: number, redact: Redact): Promise<void> {
    const page = this.#clean.pages[index];
    // Followed within bounds here, before PDFium follows it without.
    const walked = this.#atPage(index, () => walk(this.#clean, page));
    const text = document.text(index);
    const places = readByPlace(text);
    const agreement = agree(text, walked);
    this.#refuseUnread(index, text, walked, Math.max(longestUnknown(places), agreement.longestUnread));
    const contents = readByContent(text);
    const readings = squashed(places.text) === squashed(contents.text) ? [places] : [places, contents];
    const found = [];
    for (const reading of readings) found.push({ reading, replacements: await ask(reading.text, redact) });
    this.#tally.read(places.text.length);
    const all = together(text, found, (added) => this.#tally.replaced(`page ${index + 1}`, added));
    for (const each of all.texts) this.#texts.add(each);
    if (all.characters.size === 0) {
      this.#pages.push({ made: page, picture: false, marks: [], beside: [], kept: undefined });
      return;
    }
    const made = rewrite(this.#clean, page, text, walked, agreement, all);
    const beside = doubles(text, walked, agreement, all);
    this.#pages.push({ made: made?.page ?? page, picture: false, marks: all.marks, beside, kept: made?.kept });
    if (made === undefined) this.#toPicture(document, index);
  }

  #toPicture(document: OpenPdf, index: number): void {
    const page = this.#pages[index];
    page.made = asPicture(this.#clean, this.#clean.pages[index], { document, index }, page.marks, page.beside);
    page.kept = undefined;
    page.picture = true;
  }

  /** Reads the output again. A page that does not hold what it should becomes a picture; as a picture it must. */
  #proved(before: OpenPdf): Uint8Array {
    for (let attempt = 0; attempt < 2; attempt++) {
      const upright = this.#assembled(0);
      const after = this.#pdfium.open(upright);
      const failed = [...this.#pages.entries()].filter(([index, { picture, kept, marks }]) => {
        if (!picture && kept === undefined) return false;
        return !holdsOnly(after.text(index), kept ?? [], marks);
      });
      after.close();
      if (failed.length === 0) return this.#pages.some(({ made }) => made.rotate !== 0) ? this.#assembled() : upright;
      for (const [index, { picture }] of failed) {
        if (picture) throw unproved(index);
        this.#toPicture(before, index);
      }
    }
    throw unproved(0);
  }

  #assembled(rotate?: number): Uint8Array {
    return assemble(
      this.#clean.draft,
      this.#pages.map(({ made }) => ({ ...made, rotate: rotate ?? made.rotate })),
    );
  }

  /** Pictures, and writing that is no text, cannot be searched: refused, or listed where the options let them stay. */
  #refuseUnread(index: number, text: PageText, walked: Walked, run: number): void {
    const pictures = walked.pictures.length;
    const drawn = text.characters.length === 0 && walked.curves > drawnLetters;
    const unread = [
      ...(pictures > 0 && text.characters.length === 0
        ? ["a page that is a picture, without text"]
        : pictures > 0
          ? ["pictures"]
          : []),
      ...(drawn ? ["a page without text that may have letters drawn as shapes"] : []),
      ...(run >= unreadRun ? ["text in a font that does not say which letters it shows"] : []),
    ];
    if (unread.length === 0) return;
    if (this.#options.unread === "keep")
      for (const each of unread) this.#tally.keptUnread(`page ${index + 1}: ${each}`);
    else
      throw new Fault(pictures > 0 && unread.length === 1 ? "document/unread" : "document/pdf-unread", {
        what: "the PDF holds what cannot be read, so nothing can be found in it",
        where: `page ${index + 1}`,
        why: unread.join("; "),
        remedy:
          "bring a version with text (pictures of pages are not read), or let such parts stay and look at them yourself",
      });
  }

  #atPage<T>(index: number, use: () => T): T {
    try {
      return use();
    } catch (error) {
      throw error instanceof Fault ? error.at(`page ${index + 1}`) : error;
    }
  }
}

const squashed = (text: string): string => text.replace(/\s+/g, "");

const unproved = (index: number): Fault =>
  new Fault("document/pdf-unproved", {
    what: "the PDF was redacted, but the result could not be proved clean, so it was not written",
    where: `page ${index + 1}`,
    remedy: "print the document to a new PDF and redact that",
  });
