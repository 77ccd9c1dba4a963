import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";
import { Fault } from "../../base/fault.ts";

/** A character as the page shows it; `index` counts in the order of the page's content. */
export interface Character {
  readonly code: number;
  /** Where the pen stood, in the page's units. */
  readonly x: number;
  readonly y: number;
  /** Counter-clockwise, radians, in [0, 2π). */
  readonly angle: number;
  /** Font size as it is shown. */
  readonly size: number;
  /** Along the line; and above and below it. */
  readonly advance: number;
  readonly ascent: number;
  readonly descent: number;
  /** False where the file does not say which character the glyph is. */
  readonly known: boolean;
}

export interface PageText {
  readonly characters: readonly Character[];
  /** The page as PDFium reads it, in the order of its content, with spaces and line ends put in: indices, or -1 with a code. */
  readonly order: readonly { readonly character: number; readonly code: number }[];
}

const hyphenAtLineEnd = 2;

/** PDFium as WebAssembly, one instance a document: nothing of one is in the memory of the next, and a crash ends one alone. */
export class Pdfium {
  readonly #api: WrappedPdfiumModule;
  readonly #scratch: number;

  private constructor(api: WrappedPdfiumModule) {
    this.#api = api;
    this.#scratch = api.pdfium.wasmExports.malloc(64);
  }

  static async start(): Promise<Pdfium> {
    const path = createRequire(import.meta.url).resolve("@embedpdf/pdfium/pdfium.wasm");
    const bytes = readFileSync(path);
    const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    const api = await init({ wasmBinary });
    api.PDFiumExt_Init();
    return new Pdfium(api);
  }

  open(bytes: Uint8Array): OpenPdf {
    return guarded(() => {
      const memory = this.#api.pdfium.wasmExports.malloc(bytes.length);
      if (memory === 0) throw refused("it is larger than PDFium can hold");
      heapOf(this.#api).set(bytes, memory);
      const document = this.#api.FPDF_LoadMemDocument(memory, bytes.length, "");
      if (document === 0) throw refused("PDFium does not open it");
      return new OpenPdf(this.#api, document, memory, this.#scratch);
    });
  }
}

const refused = (why: string): Fault =>
  new Fault("document/pdf-corrupt", {
    what: "the PDF cannot be read",
    why,
    remedy: "write it anew with the program it came from, or mend it (for example `qpdf IN.pdf OUT.pdf`)",
  });

/** What breaks inside PDFium is a fault like any other. */
function guarded<T>(use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof Error && (error.name === "RuntimeError" || error.name === "RangeError"))
      throw refused("PDFium broke off on it");
    throw error;
  }
}

/** Asked for anew each time: the memory moves when it grows. */
const heapOf = (api: WrappedPdfiumModule): Uint8Array => (api.pdfium as unknown as { HEAPU8: Uint8Array }).HEAPU8;

export class OpenPdf {
  readonly #api: WrappedPdfiumModule;
  readonly #document: number;
  readonly #memory: number;
  readonly #scratch: number;

  constructor(api: WrappedPdfiumModule, document: number, memory: number, scratch: number) {
    this.#api = api;
    this.#document = document;
    this.#memory = memory;
    this.#scratch = scratch;
  }

  pages(): number {
    return this.#api.FPDF_GetPageCount(this.#document);
  }

  close(): void {
    guarded(() => this.#api.FPDF_CloseDocument(this.#document));
    this.#api.pdfium.wasmExports.free(this.#memory);
  }

  #page<T>(index: number, use: (page: number) => T): T {
    return guarded(() => {
      const page = this.#api.FPDF_LoadPage(this.#document, index);
      if (page === 0) throw refused(`PDFium does not open page ${index + 1}`);
      const result = use(page);
      this.#api.FPDF_ClosePage(page);
      return result;
    });
  }

  text(index: number): PageText {
    const api = this.#api;
    return this.#page(index, (page) => {
      const text = api.FPDFText_LoadPage(page);
      const count = Math.max(0, api.FPDFText_CountChars(text));
      const characters: Character[] = [];
      const order: { character: number; code: number }[] = [];
      for (let i = 0; i < count; i++) {
        const code = api.FPDFText_GetUnicode(text, i);
        if (api.FPDFText_IsGenerated(text, i) === 1) order.push({ character: -1, code });
        else {
          order.push({ character: characters.length, code });
          characters.push(this.#character(text, i, code));
        }
      }
      api.FPDFText_ClosePage(text);
      return { characters, order };
    });
  }

  #view: DataView = new DataView(new ArrayBuffer(0));

  #memoryView(): DataView {
    const { buffer } = heapOf(this.#api);
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  #character(text: number, i: number, said: number): Character {
    // Asked for every character of every page: straight, without the library's checks of arguments and types.
    const raw = this.#api.pdfium.wasmExports as unknown as Readonly<Record<string, (...given: number[]) => number>>;
    const at = this.#scratch;
    raw.FPDFText_GetCharOrigin(text, i, at, at + 8);
    raw.FPDFText_GetLooseCharBox(text, i, at + 16);
    raw.FPDFText_GetMatrix(text, i, at + 32);
    const memory = this.#memoryView();
    const [x, y] = [memory.getFloat64(at, true), memory.getFloat64(at + 8, true)];
    const float = (offset: number): number => memory.getFloat32(at + offset, true);
    const [left, top, right, bottom] = [float(16), float(20), float(24), float(28)];
    const [a, b, c, d] = [float(32), float(36), float(40), float(44)];
    const size = raw.FPDFText_GetFontSize(text, i) * Math.hypot(c, d);
    const turn = (Math.atan2(b, a) + 2 * Math.PI) % (2 * Math.PI);
    const quarter = Math.round(turn / (Math.PI / 2));
    const straight = Math.abs(turn - (quarter * Math.PI) / 2) < 1e-3;
    const code = raw.FPDFText_IsHyphen(text, i) === 1 && said === hyphenAtLineEnd ? 45 : said;
    const known = raw.FPDFText_HasUnicodeMapError(text, i) !== 1 && isKnown(code);
    const base = { code, x, y, size, known };
    const [w, h] = [right - left, top - bottom];
    if (!straight) {
      const [cos, sin] = [Math.abs(Math.cos(turn)), Math.abs(Math.sin(turn))];
      const advance = Math.max(0, cos > sin ? (w - 1.17 * size * sin) / cos : (h - 1.17 * size * cos) / sin);
      return { ...base, angle: turn, advance, ascent: 0.95 * size, descent: 0.25 * size };
    }
    const angle = ((quarter % 4) * Math.PI) / 2;
    if (quarter % 4 === 0) return { ...base, angle, advance: right - x, ascent: top - y, descent: y - bottom };
    if (quarter % 4 === 1) return { ...base, angle, advance: top - y, ascent: x - left, descent: right - x };
    if (quarter % 4 === 2) return { ...base, angle, advance: x - left, ascent: y - bottom, descent: top - y };
    return { ...base, angle, advance: y - bottom, ascent: right - x, descent: x - left };
  }

  /** The page drawn on white: `width`·`height` pixels of red, green, blue. The page has no rotation of its own. */
  render(index: number, width: number, height: number): Uint8Array {
    const api = this.#api;
    return this.#page(index, (page) => {
      const bitmap = api.FPDFBitmap_Create(width, height, 0);
      if (bitmap === 0) throw refused("a page of it is too large to be drawn");
      api.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
      api.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0);
      const stride = api.FPDFBitmap_GetStride(bitmap);
      const from = api.FPDFBitmap_GetBuffer(bitmap);
      const heap = heapOf(api);
      const pixels = new Uint8Array(width * height * 3);
      for (let y = 0, to = 0; y < height; y++)
        for (let x = 0, at = from + y * stride; x < width; x++, at += 4, to += 3) {
          pixels[to] = heap[at + 2]!;
          pixels[to + 1] = heap[at + 1]!;
          pixels[to + 2] = heap[at]!;
        }
      api.FPDFBitmap_Destroy(bitmap);
      return pixels;
    });
  }
}

/** Controls, private use and the characters that stand for no character say nothing about what is read. */
function isKnown(code: number): boolean {
  if (code < 32) return code === 9 || code === 10 || code === 13;
  return !(
    (code >= 0xe000 && code <= 0xf8ff) ||
    (code >= 0xfff0 && code <= 0xffff) ||
    code >= 0xf0000 ||
    (code > 126 && code < 160)
  );
}
