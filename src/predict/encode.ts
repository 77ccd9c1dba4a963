import { z } from "zod";
import { Fault } from "../base/fault.ts";
import type { Tensor } from "../base/tensor.ts";
import { ngramFeeds, tokenFeeds, windowsOf } from "../features/feeds.ts";
import { NgramEncoder } from "../features/ngram.ts";
import { readVocabulary } from "../features/vocabularyfile.ts";
import type { InputSpec } from "../record/manifest.ts";
import { Tokenizer } from "../text/tokenizer.ts";
import { jsonPart, type Parts, requirePart } from "./parts.ts";

/** Texts of one batch as feeds of the program. */
export interface Encoded {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** The text that each row belongs to: a text longer than the window has several rows, next to each other. */
  readonly owner: readonly number[];
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
    const feeds: Record<string, Tensor> = {};
    if (tokens !== undefined) Object.assign(feeds, tokenFeeds(windows.flat()));
    if (ngrams !== undefined) {
      const rows = texts.map((text) => ngrams.encode(text));
      Object.assign(feeds, ngramFeeds(owner.map((i) => rows[i])));
    }
    return { feeds, owner };
  };
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
