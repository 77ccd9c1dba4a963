import { Fault } from "../base/fault.ts";
import { type Csr, CsrBuilder, type SparseRow } from "./csr.ts";
import { GramReader, type GramSpec } from "./grams.ts";
import { PrintTable } from "./printtable.ts";
import { countDocuments, type DocumentFrequencies } from "./vocabulary.ts";

/** Which n-grams are features, which of them are kept, and how each is weighed. */
export interface NgramSpec extends GramSpec {
  readonly minDocuments: number;
  readonly most: number;
  /** Term frequency as 1 + ln(count) rather than the count. */
  readonly sublinear: boolean;
  /** Weigh by inverse document frequency, ln((1 + texts) / (1 + documents)) + 1. */
  readonly idf: boolean;
}

/** The spec that won on intent data by cross-validation, for data of any size. */
export const defaultNgrams: NgramSpec = {
  lower: true,
  words: [1, 2],
  characters: [1, 4],
  minDocuments: 1,
  most: 40_000,
  sublinear: true,
  idf: true,
};

/** Rows from which an n-gram seen in one text only is not worth its bytes. */
const MANY_ROWS = 2_000;

/**
 * The default spec for so many training rows. On 8,000 rows of 77 intents, dropping n-grams of a single text halves the
 * model at the same accuracy; on 600 rows it costs half a point, and the model is small anyway.
 */
export function ngramsFor(rows: number): NgramSpec {
  return rows < MANY_ROWS ? defaultNgrams : { ...defaultNgrams, minDocuments: 2 };
}

/** What fitting learns. Prints rise; `idf[i]` is a code in 0–255: idf = low + step · code. Five bytes a feature. */
export interface NgramVocabulary {
  readonly prints: Uint32Array;
  readonly idf: Uint8Array;
  readonly low: number;
  readonly step: number;
}

/** Learns the vocabulary of some texts. A function of spec and texts alone. */
export function fitNgrams(spec: NgramSpec, texts: readonly string[]): NgramEncoder {
  if (!(spec.minDocuments >= 1 && spec.most >= 1)) {
    throw new Fault("features/spec", {
      what: `minDocuments ${spec.minDocuments} and most ${spec.most} keep nothing`,
      remedy: "give both as whole numbers from 1",
    });
  }
  const reader = new GramReader(spec);
  return new NgramEncoder(spec, weigh(spec, countDocuments(reader, texts, spec)));
}

/** idf is rounded to its code here, before anything is trained on it, so that what is stored is what was learnt from. */
function weigh(spec: NgramSpec, { prints, counts, texts }: DocumentFrequencies): NgramVocabulary {
  const idf = new Uint8Array(prints.length);
  if (!spec.idf || prints.length === 0) return { prints, idf, low: 1, step: 0 };
  const exact = Float64Array.from(counts, (n) => Math.log((1 + texts) / (1 + n)) + 1);
  const low = exact.reduce((a, b) => Math.min(a, b));
  const step = (exact.reduce((a, b) => Math.max(a, b)) - low) / 255;
  if (step > 0) exact.forEach((value, i) => (idf[i] = Math.round((value - low) / step)));
  return { prints, idf, low, step };
}

/**
 * Texts in, sparse rows out. Each family of n-grams (words, characters) is brought to Euclidean length 1 by itself, so
 * the many character n-grams do not drown the few words; a text without any known n-gram gives an empty row.
 * Holds scratch space: one encoder serves one thread, and calls do not overlap.
 */
export class NgramEncoder {
  readonly spec: NgramSpec;
  readonly vocabulary: NgramVocabulary;
  private readonly reader: GramReader;
  private readonly table: PrintTable;
  private readonly idf: Float64Array;
  private readonly counts: Int32Array;
  private readonly scale: Float64Array;
  private ids = new Int32Array(1024);
  private weights = new Float32Array(1024);

  constructor(spec: NgramSpec, vocabulary: NgramVocabulary) {
    const { prints, idf, low, step } = vocabulary;
    this.spec = spec;
    this.vocabulary = vocabulary;
    this.reader = new GramReader(spec);
    this.table = new PrintTable(prints.length);
    for (const print of prints) this.table.put(print);
    if (this.table.size !== prints.length || idf.length !== prints.length) {
      throw new Fault("features/vocabulary", {
        what: `a vocabulary of ${prints.length} fingerprints holds ${this.table.size} distinct ones and ${idf.length} weights`,
        why: "fingerprints are distinct, and each has one weight",
        remedy: "the pack is damaged: make it again",
      });
    }
    this.idf = new Float64Array(idf.length);
    for (let i = 0; i < idf.length; i++) this.idf[i] = low + step * idf[i];
    this.counts = new Int32Array(prints.length);
    this.scale = new Float64Array(prints.length);
  }

  /** Number of features: ids are below it. */
  get size(): number {
    return this.vocabulary.prints.length;
  }

  encode(text: string): SparseRow {
    const length = this.read(text);
    return { ids: this.ids.slice(0, length), weights: this.weights.slice(0, length) };
  }

  encodeAll(texts: readonly string[]): Csr {
    const builder = new CsrBuilder(this.size, texts.length);
    for (const text of texts) builder.append(this.ids, this.weights, this.read(text));
    return builder.done();
  }

  /** Fills ids and weights; returns how many. */
  private read(text: string): number {
    const { reader } = this;
    reader.read(text);
    if (this.ids.length < reader.length) {
      this.ids = new Int32Array(reader.length * 2);
      this.weights = new Float32Array(reader.length * 2);
    }
    const words = this.family(0, reader.words, 0);
    const length = this.family(reader.words, reader.length, words);
    const ids = this.ids.subarray(0, length).sort();
    for (let i = 0; i < length; i++) {
      this.weights[i] = this.scale[ids[i]];
      this.counts[ids[i]] = 0;
    }
    return length;
  }

  /** Gathers the known n-grams of prints [from, to) behind `at`, and sets the weight of each; returns the new end. */
  private family(from: number, to: number, at: number): number {
    const { counts, ids, idf, scale, spec, table } = this;
    const { prints } = this.reader;
    let end = at;
    for (let i = from; i < to; i++) {
      const f = table.find(prints[i]);
      if (f < 0) continue;
      if (counts[f]++ === 0) ids[end++] = f;
    }
    let squares = 0;
    for (let i = at; i < end; i++) {
      const f = ids[i];
      const n = counts[f];
      const weight = (spec.sublinear && n > 1 ? 1 + Math.log(n) : n) * idf[f];
      scale[f] = weight;
      squares += weight * weight;
    }
    const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = at; i < end; i++) scale[ids[i]] *= factor;
    return end;
  }
}
