import type { Tensor } from "../base/tensor.ts";
import { PatternSearch } from "../features/patterns/find.ts";
import type { Manifest } from "../record/manifest.ts";
import { tokensOf } from "../spans/tokens.ts";
import { encoderOf } from "./encode.ts";
import type { Parts } from "./parts.ts";
import { tokenReaderOf } from "./token-reader.ts";

/** Inputs of one run of a program. */
export type Feeds = Readonly<Record<string, Tensor>>;

/**
 * The runs that texts are to the program of a manifest, as its scorer would feed them: texts of classify share a run, a
 * text of spans has one or several of its own. For whoever runs the program to see what lies inside it.
 */
export function feedsOf({ inputs, spans }: Manifest, parts: Parts, texts: readonly string[], batch = 32): Feeds[] {
  if (spans !== undefined) {
    const read = tokenReaderOf(inputs, parts);
    return texts.flatMap((text) => read(text, tokensOf(text), new PatternSearch(text)).runs.map((run) => run.feeds));
  }
  const encode = encoderOf(inputs, parts);
  const count = Math.ceil(texts.length / batch);
  return Array.from({ length: count }, (_, i) => {
    const { feeds, owner } = encode(texts.slice(i * batch, (i + 1) * batch));
    return feeds(0, owner.length);
  });
}
