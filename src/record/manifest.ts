import { z } from "zod";
import { kindNames } from "./task.ts";

/**
 * The part "model.json": how a text becomes the program's feeds and how its output becomes an answer. The predictor
 * needs this part and the parts it names, and nothing else.
 */

/** Keyword rules in order of trust; the first whose word stands in the text answers, else `otherwise`. */
const rules = z.strictObject({
  type: z.literal("rules"),
  rules: z.array(z.strictObject({ word: z.string().min(1), label: z.number().int().min(0), precision: z.number() })),
  otherwise: z.strictObject({ label: z.number().int().min(0), precision: z.number() }),
});

/** An ONNX graph whose output `logits` is [batch, labels]. */
const onnx = z.strictObject({ type: z.literal("onnx"), part: z.string() });

const lengths = z.tuple([z.number().int().min(1), z.number().int().max(8)]).nullable();

const ngrams = z.strictObject({
  encoder: z.literal("ngrams"),
  /** The vocabulary of n-grams (features/vocabularyfile). */
  part: z.string(),
  /** Which n-grams are read and how they weigh (features/ngram). */
  spec: z.strictObject({
    lower: z.boolean(),
    words: lengths,
    characters: lengths,
    minDocuments: z.number().int(),
    most: z.number().int(),
    sublinear: z.boolean(),
    idf: z.boolean(),
  }),
});

const tokens = z.strictObject({
  encoder: z.literal("tokens"),
  /** The tokenizer (text/tokenizer). */
  part: z.string(),
  /** Tokens the graph reads at once; longer texts are read in several windows, whose logits are averaged. */
  window: z.number().int().min(8).max(8192),
});

export const manifestSchema = z.strictObject({
  kind: z.enum(kindNames),
  program: z.discriminatedUnion("type", [rules, onnx]),
  inputs: z.array(z.discriminatedUnion("encoder", [ngrams, tokens])),
  labels: z.array(z.string()).min(1).max(100_000),
  /** Divides the logits before the softmax; fitted on held-out rows. */
  temperature: z.number().positive(),
  /** Confidence under which a text counts as out of scope; null until fitted. */
  scopeThreshold: z.number().min(0).max(1).nullable(),
  maxTextLength: z.number().int().min(1),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type InputSpec = Manifest["inputs"][number];
export type KeywordRules = z.infer<typeof rules>;
