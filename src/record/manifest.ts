import { z } from "zod";
import { streamNames } from "../features/streams.ts";
import { patternLabelSchema, spanSpecSchema } from "./spans.ts";
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

/** Values seen in training, longest first where several begin at one place, and patterns; each with its precision. */
const phrases = z.strictObject({
  type: z.literal("phrases"),
  phrases: z.array(z.strictObject({ text: z.string().min(1), label: z.number().int().min(0), precision: z.number() })),
  patterns: z.array(
    z.strictObject({ pattern: z.string(), label: z.number().int().min(0), precision: z.number().min(0).max(1) }),
  ),
});

/**
 * An ONNX graph. For classify its output `logits` is [batch, labels]; for extract and redact `emissions` is [tokens, tags] and
 * `transitions` [tags + 1, tags + 1] (spans/lattice).
 */
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

const tokenFeatures = z.strictObject({
  encoder: z.literal("token-features"),
  /** The vocabulary of features (features/tokens/vocabularyfile). */
  part: z.string(),
  /** Which features a token has (features/tokens/spec). */
  spec: z.strictObject({
    affixes: z.number().int(),
    window: z.number().int(),
    cues: z.number().int(),
    lines: z.boolean(),
    minTexts: z.number().int(),
    most: z.number().int(),
  }),
  /** What else is read of every token (features/streams), in this order. */
  streams: z.array(z.enum(streamNames)),
});

const subwords = z.strictObject({
  encoder: z.literal("subwords"),
  /** The vocabulary of subwords (features/subwordsfile). */
  part: z.string(),
  /** Which subwords a token has (features/subwords). */
  spec: z.strictObject({
    characters: z.tuple([z.number().int(), z.number().int()]),
    minTexts: z.number().int(),
    most: z.number().int(),
  }),
  /** Tokens that are read at once, and how many of them neighbouring windows share (spans/windows). */
  window: z.number().int().min(8).max(8192),
  overlap: z.number().int().min(0).max(8191),
});

const spanManifest = spanSpecSchema.extend({
  outsideBias: z.number().min(0),
  /** With the share of a pattern's matches in training that were spans of the label; absent: it was not measured. */
  patterns: z.array(patternLabelSchema.extend({ precision: z.number().min(0).max(1).optional() })),
});

export const manifestSchema = z.strictObject({
  kind: z.enum(kindNames),
  program: z.discriminatedUnion("type", [rules, phrases, onnx]),
  inputs: z.array(z.discriminatedUnion("encoder", [ngrams, tokens, tokenFeatures, subwords])),
  labels: z.array(z.string()).min(1).max(100_000),
  /** Divides every score before probabilities are made of them; fitted on held-out rows. */
  temperature: z.number().positive(),
  /** Confidence under which a text counts as out of scope; null until fitted. */
  scopeThreshold: z.number().min(0).max(1).nullable(),
  maxTextLength: z.number().int().min(1),
  /** What is done with spans; of kinds that have them. */
  spans: spanManifest.optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type SpanManifest = z.infer<typeof spanManifest>;
export type InputSpec = Manifest["inputs"][number];
export type KeywordRules = z.infer<typeof rules>;
export type Phrases = z.infer<typeof phrases>;
