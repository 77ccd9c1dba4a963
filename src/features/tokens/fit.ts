import { PrintTable } from "../printtable.ts";
import { type TokenStream, TokenReader } from "./reader.ts";
import { fitValues, type MarkedWords } from "./fitvalues.ts";
import { renamed, type TokenRows, TokenRowsBuilder } from "./rows.ts";
import { checkTokenFeatureSpec, type TokenFeatureSpec } from "./spec.ts";
import type { TokenRun } from "./values.ts";
import type { TokenVocabulary } from "./vocabularyfile.ts";
import { WordCache } from "./words.ts";

/** A text with its tokens (start and end pairs), and what else is known of each. */
export interface TokenText {
  readonly text: string;
  readonly tokens: Int32Array;
  readonly streams?: readonly TokenStream[];
  /** What is marked in it, for the dictionary of values. */
  readonly runs?: readonly TokenRun[];
}

export interface FittedTokens {
  readonly vocabulary: TokenVocabulary;
  readonly rows: TokenRows;
}

/** Distinct features held while counting; of what is first seen past it nothing is kept. */
const MOST_COUNTED = 1 << 24;

/** Learns which features to keep, and reads the texts into them. A function of spec and texts alone. */
export function fitTokens(spec: TokenFeatureSpec, texts: readonly TokenText[]): FittedTokens {
  checkTokenFeatureSpec(spec);
  const words = new WordCache(1, 0, () => -1);
  const { values, others } = fitValues(texts.map((text) => wordsOf(words, text)));
  const table = new PrintTable(1 << 16);
  let tells = new Uint16Array(table.prints.length);
  const reader = new TokenReader(
    spec,
    (print, words) => {
      const feature = table.size < MOST_COUNTED ? table.put(print) : table.find(print);
      if (tells.length < table.prints.length) {
        const wider = new Uint16Array(table.prints.length);
        wider.set(tells);
        tells = wider;
      }
      if (feature >= 0) tells[feature] = words;
      return feature;
    },
    values,
  );
  const builder = new TokenRowsBuilder();
  texts.forEach(({ text, tokens, streams }, r) => {
    builder.append(reader.read(text, tokens, { streams, shares: others(r) }));
  });
  const rows = builder.done(tells.subarray(0, table.size));
  const kept = chosen(table.prints, textsWith(rows), spec).sort((a, b) => table.prints[a] - table.prints[b]);
  const names = new Int32Array(rows.features).fill(-1);
  kept.forEach((feature, i) => (names[feature] = i));
  const prints = Uint32Array.from(kept, (f) => table.prints[f]);
  return { vocabulary: { prints, values }, rows: renamed(rows, names, kept.length) };
}

function wordsOf(words: WordCache, { text, tokens, runs = [] }: TokenText): MarkedWords {
  words.refresh();
  const lower = new Int32Array(tokens.length >> 1);
  for (let i = 0; i < lower.length; i++) lower[i] = words.lower[words.find(text, tokens[2 * i], tokens[2 * i + 1])];
  return { lower, runs };
}

/** In how many texts each feature occurs. */
function textsWith(rows: TokenRows): Int32Array {
  const counts = new Int32Array(rows.features);
  const last = new Int32Array(rows.features);
  for (let r = 0; r + 1 < rows.texts.length; r++) {
    for (let i = rows.offsets[rows.texts[r]]; i < rows.offsets[rows.texts[r + 1]]; i++) {
      const feature = rows.ids[i];
      if (last[feature] === r + 1) continue;
      last[feature] = r + 1;
      counts[feature]++;
    }
  }
  return counts;
}

function chosen(prints: Uint32Array, counts: Int32Array, { minTexts, most }: TokenFeatureSpec): number[] {
  const kept: number[] = [];
  for (let f = 0; f < counts.length; f++) if (counts[f] >= minTexts) kept.push(f);
  if (kept.length <= most) return kept;
  return kept.sort((a, b) => counts[b] - counts[a] || prints[a] - prints[b]).slice(0, most);
}
