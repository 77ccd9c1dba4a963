import { tooLarge } from "./filters.ts";
import type { PdfFile } from "./file.ts";
import { stripJpeg } from "./jpeg.ts";
import { corrupt } from "./lexer.ts";
import { type Dict, isArray, isDict, nameOf, Ref, Stream, type Value } from "./value.ts";
import type { Draft } from "./write.ts";

/** Entries that say something beside what is drawn, or that lead out of what is copied. */
const left = new Set(
  "Metadata PieceInfo StructParent StructParents LastModified OPI Thumb AF Alternates OC Parent Measure PtData ID URL Length".split(
    " ",
  ),
);

const maxPixels = 1 << 26;

/**
 * Copies objects into a draft, each at most once. Only called for what draws (fonts, pictures, colour spaces, shadings):
 * everything else of the file is left behind because nobody asks for it.
 */
export class Copier {
  readonly #file: PdfFile;
  readonly #draft: Draft;
  readonly #known = new Map<number, Ref>();
  readonly #waiting: Ref[] = [];

  constructor(file: PdfFile, draft: Draft) {
    this.#file = file;
    this.#draft = draft;
  }

  copy(value: Value): Value {
    const copied = this.#copy(value);
    // A chain of references is walked, not recursed into: it can be as long as the file.
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const source = this.#file.resolve(next);
      this.#draft.fill(
        this.#known.get(next.number)!,
        source instanceof Stream ? this.#stream(source) : this.#copy(source),
      );
    }
    return copied;
  }

  #copy(value: Value): Value {
    if (value instanceof Ref) {
      const known = this.#known.get(value.number);
      if (known !== undefined) return known;
      const ref = this.#draft.add(null);
      this.#known.set(value.number, ref);
      this.#waiting.push(value);
      return ref;
    }
    if (value instanceof Stream) return this.#draft.add(this.#stream(value));
    if (isArray(value)) return value.map((each) => this.#copy(each));
    if (isDict(value)) return this.#dict(value);
    return value;
  }

  #dict(dict: Dict): Dict {
    return new Map(
      [...dict].filter(([key]) => !left.has(key)).map(([key, value]) => [key, this.#copy(value)] as const),
    );
  }

  #stream(stream: Stream): Stream {
    if (stream.dict.has("F")) throw corrupt("a stream of it lies in another file");
    const { bytes, rest } = this.#file.decode(stream);
    const dict = this.#dict(stream.dict);
    const [width, height] = ["Width", "Height"].map((key) => this.#file.resolve(stream.dict.get(key)));
    if (typeof width === "number" && typeof height === "number" && width * height > maxPixels)
      throw tooLarge(`a picture in the PDF has more than ${maxPixels} pixels`, "make the picture smaller");
    if (rest.length !== 1 || (rest[0] !== "DCTDecode" && rest[0] !== "DCT")) return new Stream(dict, stream.raw);
    dict.set("Filter", this.#last(stream.dict.get("Filter") ?? null));
    const parameters = this.#file.resolve(stream.dict.get("DecodeParms"));
    if (isArray(parameters)) dict.set("DecodeParms", this.#copy(parameters.at(-1) ?? null));
    return new Stream(dict, stripJpeg(bytes));
  }

  #last(filter: Value): Value {
    const value = this.#file.resolve(filter);
    return isArray(value) ? this.#copy(this.#file.resolve(value.at(-1))) : value;
  }
}

export const subtype = (stream: Stream, file: PdfFile): string | undefined =>
  nameOf(file.resolve(stream.dict.get("Subtype")));
