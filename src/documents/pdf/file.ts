import { Fault } from "../../base/fault.ts";
import { type Budget, decode } from "./filters.ts";
import { corrupt, Lexer } from "./lexer.ts";
import { type Dict, dictOf, isArray, isDict, nameOf, Ref, type Resolve, Stream, type Value } from "./value.ts";
import { type Entry, readObject, readTable } from "./xref.ts";

const maxReferences = 32;
const maxTreeDepth = 64;

/** A PDF as it was given: objects by number, newest version only, nothing of it trusted. */
export class PdfFile {
  readonly budget: Budget;
  readonly trailer: Dict;
  readonly #bytes: Uint8Array;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #objects = new Map<number, Value>();
  readonly #reading = new Set<number>();
  readonly #packed = new Map<number, Value[]>();

  constructor(bytes: Uint8Array, budget: Budget) {
    const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1024)).indexOf("%PDF-");
    if (head < 0) throw corrupt("it does not begin as a PDF does");
    this.#bytes = bytes;
    this.budget = budget;
    const { entries, trailer } = readTable(bytes, head, budget);
    this.#entries = entries;
    this.trailer = trailer;
    if (trailer.has("Encrypt"))
      throw new Fault("document/pdf-encrypted", {
        what: "the PDF is protected by a password or by rights",
        remedy: "take the protection off first (for example `qpdf --decrypt --password=PASSWORD IN.pdf OUT.pdf`)",
      });
  }

  readonly resolve: Resolve = (value) => {
    let at = value ?? null;
    for (let steps = 0; at instanceof Ref; steps++) {
      if (steps > maxReferences) throw corrupt("its references go round in a circle");
      at = this.#object(at.number);
    }
    return at;
  };

  decode(stream: Stream): ReturnType<typeof decode> {
    return decode(stream, this.resolve, this.budget);
  }

  #object(number: number): Value {
    const known = this.#objects.get(number);
    if (known !== undefined) return known;
    const entry = this.#entries.get(number);
    if (entry === undefined || entry.at === "free") return null;
    if (this.#reading.has(number)) throw corrupt("its references go round in a circle");
    this.#reading.add(number);
    let value: Value;
    if (entry.at === "offset") {
      if (entry.offset >= this.#bytes.length) throw corrupt("an object lies outside the file: it is cut short");
      const read = readObject(this.#bytes, entry.offset, this.resolve);
      if (read.number !== number) throw corrupt("another object stands where its table of objects says");
      value = read.value;
    } else value = this.#fromStream(entry.stream, number);
    this.#reading.delete(number);
    this.#objects.set(number, value);
    return value;
  }

  /** 7.5.7: N pairs of number and offset, then the objects from First on. */
  #fromStream(streamNumber: number, number: number): Value {
    if (!this.#packed.has(streamNumber)) {
      const stream = this.#object(streamNumber);
      if (!(stream instanceof Stream) || nameOf(stream.dict.get("Type")) !== "ObjStm")
        throw corrupt("an object stream is missing");
      const { bytes } = this.decode(stream);
      const count = this.resolve(stream.dict.get("N"));
      const first = this.resolve(stream.dict.get("First"));
      if (typeof count !== "number" || typeof first !== "number" || count > bytes.length)
        throw corrupt("an object stream is broken");
      const pairs: number[] = [];
      const lexer = new Lexer(bytes);
      for (let i = 0; i < 2 * count; i++) pairs.push(lexer.value() as number);
      const holds: Value[] = [];
      for (let i = 0; i < count; i++) holds[pairs[2 * i]] = new Lexer(bytes, first + pairs[2 * i + 1], true).value();
      this.#packed.set(streamNumber, holds);
    }
    return this.#packed.get(streamNumber)![number] ?? null;
  }

  /** The pages in order, with what they inherit (7.7.3.4) filled in. A page or a branch that stands in the tree twice is refused. */
  pages(most: number): Dict[] {
    const root = this.resolve(this.trailer.get("Root"));
    if (!isDict(root)) throw corrupt("it has no catalogue");
    const pages: Dict[] = [];
    const seen = new Set<Value>();
    const walk = (value: Value, inherited: Dict, depth: number): void => {
      const node = this.resolve(value);
      if (!isDict(node) || depth > maxTreeDepth || seen.has(node)) throw corrupt("its tree of pages is broken");
      seen.add(node);
      const known: Dict = new Map(inherited);
      for (const key of ["Resources", "MediaBox", "CropBox", "Rotate"])
        if (node.has(key)) known.set(key, node.get(key)!);
      const kids = this.resolve(node.get("Kids"));
      if (isArray(kids)) return kids.forEach((kid) => walk(kid, known, depth + 1));
      if (nameOf(this.resolve(node.get("Type"))) === "Pages") throw corrupt("its tree of pages is broken");
      pages.push(new Map([...known, ...node]));
      if (pages.length > most)
        throw new Fault("document/pdf-too-large", {
          what: `the PDF has more than ${most} pages`,
          remedy: "split the document",
        });
    };
    walk(root.get("Pages") ?? null, new Map(), 0);
    if (pages.length === 0) throw corrupt("it has no page");
    return pages;
  }

  catalogue(): Dict {
    return dictOf(this.trailer.get("Root"), this.resolve);
  }
}
