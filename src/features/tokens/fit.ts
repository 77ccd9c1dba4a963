import { PrintTable } from "../printtable.ts";
import { type TokenStream, TokenReader } from "./reader.ts";
import { renamed, type TokenRows, TokenRowsBuilder } from "./rows.ts";
import { checkTokenFeatureSpec, type TokenFeatureSpec } from "./spec.ts";

/** A text with its tokens (start and end pairs), and what else is known of each. */
export interface TokenText {
  readonly text: string;
  readonly tokens: Int32Array;
  readonly streams?: readonly TokenStream[];
}

export interface FittedTokens {
  /** Prints of the features kept, rising: feature i has prints[i]. */
  readonly prints: Uint32Array;
  readonly rows: TokenRows;
}

/** Distinct features held while counting; of what is first seen past it nothing is kept. */
const MOST_COUNTED = 1 << 24;

/** Learns which features to keep, and reads the texts into them. A function of spec and texts alone. */
export function fitTokens(spec: TokenFeatureSpec, texts: Iterable<TokenText>): FittedTokens {
  checkTokenFeatureSpec(spec);
  const table = new PrintTable(1 << 16);
  let tells = new Uint16Array(table.prints.length);
  const reader = new TokenReader(spec, (print, words) => {
    const feature = table.size < MOST_COUNTED ? table.put(print) : table.find(print);
    if (tells.length < table.prints.length) {
      const wider = new Uint16Array(table.prints.length);
      wider.set(tells);
      tells = wider;
    }
    if (feature >= 0) tells[feature] = words;
    return feature;
  });
  const builder = new TokenRowsBuilder();
  for (const { text, tokens, streams } of texts) {
    builder.append(reader.read(text, tokens, streams));
  }
  const rows = builder.done(tells.subarray(0, table.size));
  return keep(table.prints.subarray(0, table.size), rows, chosen(table.prints, textsWith(rows), spec));
}

/** Keeps the features named, in the order of their prints. */
export function keep(prints: Uint32Array, rows: TokenRows, features: readonly number[]): FittedTokens {
  const kept = [...features].sort((a, b) => prints[a] - prints[b]);
  const names = new Int32Array(rows.features).fill(-1);
  kept.forEach((feature, i) => (names[feature] = i));
  return { prints: Uint32Array.from(kept, (f) => prints[f]), rows: renamed(rows, names, kept.length) };
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
