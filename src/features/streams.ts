import { gazetteerStreams } from "./gazetteer/streams.ts";
import { patternStreams } from "./patterns/streams.ts";
import type { PatternSearch } from "./patterns/find.ts";
import type { TokenStream } from "./tokens/reader.ts";

/** What else may be known of each token, by name; a pack's manifest says which it was trained with. */
const sources = { patterns: patternStreams, gazetteer: gazetteerStreams } as const;

export type StreamName = keyof typeof sources;
export const streamNames = Object.keys(sources) as [StreamName, ...StreamName[]];

/** The streams of the named sources, in the order of the names given; `search` is the text's own, where it goes on being asked. */
export function tokenStreams(
  names: readonly StreamName[],
  text: string,
  tokens: Int32Array,
  search?: PatternSearch,
): TokenStream[] {
  return names.flatMap((name) => sources[name](text, tokens, search));
}
