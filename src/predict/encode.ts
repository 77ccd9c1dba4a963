import { z } from "zod";
import { Fault } from "../base/fault.ts";
import type { Tensor } from "../base/tensor.ts";
import type { SparseRow } from "../features/csr.ts";
import { ngramFeeds, tokenFeeds, windowsOf } from "../features/feeds.ts";
import { NgramEncoder } from "../features/ngram.ts";
import { readVocabulary } from "../features/vocabularyfile.ts";
import type { InputSpec } from "../record/manifest.ts";
import { Tokenizer } from "../text/tokenizer.ts";
import { jsonPart, type Parts, requirePart } from "./parts.ts";
import type { Columns } from "./rows-a-run.ts";

/** Texts of one batch as rows of the program's inputs. */
export interface Encoded {
  /** The text that each row belongs to: a text longer than the window has several rows, next to each other. */
  readonly owner: readonly number[];
  /** How many columns the inputs of rows [from, to) have. */
  readonly columns: (from: number, to: number) => Columns;
  /**
   * The feeds of rows [from, to), padded to the longest of them. They are made as they are asked for: each row of a text of many
   * windows has the n-grams of the whole text.
   */
  readonly feeds: (from: number, to: number) => Readonly<Record<string, Tensor>>;
}

/** What the inputs of a manifest say, as one function. */
export function encoderOf(specs: readonly InputSpec[], parts: Parts): (texts: readonly string[]) => Encoded {
  const [ngrams] = specs.flatMap((spec) =>
    spec.encoder === "ngrams" ? [new NgramEncoder(spec.spec, readVocabulary(requirePart(parts, spec.part)))] : [],
  );
  const [tokens] = specs.flatMap((spec) =>
    spec.encoder === "tokens" ? [{ window: spec.window, tokenizer: readTokenizer(parts, spec.part) }] : [],
  );
  return (texts) => {
    const windows = texts.map((text) => (tokens === undefined ? [] : windowsOf(tokens.tokenizer, text, tokens.window)));
    const owner = texts.flatMap((_, i) => (tokens === undefined ? [i] : windows[i].map(() => i)));
    const read = tokens === undefined ? undefined : windows.flat();
    const grams = ngrams && texts.map((text) => ngrams.encode(text));
    const gramsOf = (from: number, to: number): SparseRow[] | undefined =>
      grams && owner.slice(from, to).map((text) => grams[text]);
    return {
      owner,
      columns: (from, to) => ({
        ...(grams && { ids: longest(gramsOf(from, to)?.map(({ ids }) => ids)) }),
        ...(read && { tokens: longest(read.slice(from, to)) }),
      }),
      feeds: (from, to) => ({
        ...(read && tokenFeeds(read.slice(from, to))),
        ...(grams && ngramFeeds(gramsOf(from, to) ?? [])),
      }),
    };
  };
}

function longest(rows: readonly { readonly length: number }[] = []): number {
  return rows.reduce((most, { length }) => Math.max(most, length), 1);
}

const tokenizerSchema = z.strictObject({
  lower: z.boolean(),
  alphabet: z.array(z.number().int().min(0).max(0x10ffff)).max(0x10000),
  merges: z.array(z.number().int().min(0).max(0xfffff)).max(0x100000),
});

function readTokenizer(parts: Parts, part: string): Tokenizer {
  const spec = tokenizerSchema.safeParse(jsonPart(parts, part));
  if (!spec.success) {
    throw new Fault("pack/tokenizer", {
      what: "the pack's tokenizer cannot be read",
      where: `${part}: ${spec.error.issues[0].path.join(".")}`,
      why: spec.error.issues[0].message,
      remedy: "make the pack again",
    });
  }
  return new Tokenizer(spec.data);
}
