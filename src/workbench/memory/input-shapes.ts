import { PARTS } from "../../features/tokens/parts.ts";
import { TOKENS_A_RUN } from "../../features/tokens/encoder.ts";
import type { InputSpec } from "../../record/manifest.ts";
import { type Parts, requirePart } from "../../predict/parts.ts";
import { rowsARun } from "../../predict/rows-a-run.ts";

/** Shapes of a program's inputs by name. */
export type InputShapes = Readonly<Record<string, readonly number[]>>;

type SpecOf<Encoder extends InputSpec["encoder"]> = Extract<InputSpec, { encoder: Encoder }>;

/** More features of one token, and of one line, than texts have been seen to give (features/tokens, features/subwords). */
const MOST_OF_TOKEN = 160;
const MOST_OF_LINE = 128;
const MOST_CODES = 48;
/** Spelt, shaped and spaced: features of a token beside its n-grams. */
const BESIDE_GRAMS = 8;

/**
 * The largest inputs that texts of so many UTF-16 units give. Every unit may be a token, a word or a line of its own; a text of
 * ordinary words has a quarter as many tokens.
 */
export function inputShapes(
  specs: readonly InputSpec[],
  parts: Parts,
  { batch, textLength }: { readonly batch: number; readonly textLength: number },
): InputShapes {
  const shapes: Record<string, readonly number[]> = {};
  const put = (dims: readonly number[], ...names: readonly string[]): void =>
    names.forEach((name) => (shapes[name] = dims));
  const tokens = only(specs, "tokens");
  const windows = tokens === undefined ? 1 : Math.ceil(textLength / tokens.window);
  const length = tokens && Math.min(textLength, tokens.window);
  const ngrams = only(specs, "ngrams");
  const grams = ngrams && gramsOf(ngrams, parts, textLength);
  const rows = Math.min(batch * windows, rowsARun({ ids: grams, tokens: length }));
  if (length !== undefined) put([rows, length], "tokens", "mask");
  if (grams !== undefined) put([rows, grams], "ids", "weights");
  const features = only(specs, "token-features");
  if (features === undefined) return shapes;
  const subwords = only(specs, "subwords");
  const run = Math.min(textLength, subwords?.window ?? TOKENS_A_RUN);
  put([run, MOST_OF_TOKEN], ...PARTS);
  put([run, MOST_OF_LINE], "line_ids");
  put([run], "line", "place");
  if (subwords !== undefined) put([run, subwordsOf(subwords)], "subwords");
  return shapes;
}

function only<E extends InputSpec["encoder"]>(specs: readonly InputSpec[], encoder: E): SpecOf<E> | undefined {
  return specs.find((spec): spec is SpecOf<E> => spec.encoder === encoder);
}

const FIRST_PRINT = 24;
const BYTES_PER_FEATURE = 5;

/** n-grams of words and of characters: one a unit and length, and one more where the last ends behind the text. */
function gramsOf({ spec, part }: SpecOf<"ngrams">, parts: Parts, units: number): number {
  const known = (requirePart(parts, part).length - FIRST_PRINT) / BYTES_PER_FEATURE;
  const lengths = (range: readonly [number, number] | null): number => (range === null ? 0 : range[1] - range[0] + 1);
  const most = lengths(spec.words) * units + lengths(spec.characters) * (units + 1);
  return Math.max(1, Math.min(known, most));
}

function subwordsOf({ spec }: SpecOf<"subwords">): number {
  return BESIDE_GRAMS + (spec.characters[1] - spec.characters[0] + 1) * (MOST_CODES + 2);
}
