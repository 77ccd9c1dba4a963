import { namesPeople } from "../features/gazetteer/labels.ts";
import { standsAlone } from "../features/patterns/pattern.ts";
import { LONGEST_PHRASE, PhraseTrie, spaced } from "../features/phrases/trie.ts";
import type { Span } from "../spans/span.ts";

/** Characters that tell a value from a common word. */
const TELLING = 4;
const NAME_WORD = /(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{M}]{3,}(?![\p{L}\p{N}])/gu;

/** Up to so many characters looked at in all, each value is sought by itself. */
const SEARCHED = 1 << 18;

/**
 * With the same values wherever else they stand in the text, and the words of names of several words: what was found once is
 * as telling the second time, where its surroundings say less. Spans are in order and without overlap, and stay so.
 */
export function withRepeats<S extends Span>(spans: readonly S[], text: string): S[] {
  const models = new Map<string, S>();
  for (const span of spans) {
    const value = spaced(text.slice(span.start, span.end));
    if (value.length < TELLING || value.length > LONGEST_PHRASE) continue;
    if (!models.has(value)) models.set(value, span);
  }
  for (const span of spans) {
    const value = text.slice(span.start, span.end);
    if (value.length > LONGEST_PHRASE || !namesPeople(span.label) || !/\s/.test(value)) continue;
    for (const [word] of value.matchAll(NAME_WORD)) if (!models.has(word)) models.set(word, span);
  }
  if (models.size === 0) return [...spans];
  const matches: S[] = [];
  const emit = (start: number, end: number, model: S): void => {
    matches.push({ ...model, start, end });
  };
  if (models.size * text.length <= SEARCHED) search(text, models, emit);
  else {
    const values = [...models.keys()];
    new PhraseTrie(values).find(text, (start, end, v) => emit(start, end, models.get(values[v]) as S));
  }
  matches.sort((a, b) => a.start - b.start || b.end - a.end);
  const all: S[] = [];
  let at = 0;
  let last = 0;
  for (const match of matches) {
    while (at < spans.length && spans[at].end <= match.start) all.push(spans[at++]);
    if (match.start < last || (at < spans.length && spans[at].start < match.end)) continue;
    all.push(match);
    last = match.end;
  }
  return [...all, ...spans.slice(at)];
}

/** What the trie finds, but for values that a text breaks over other white space than their own. */
function search<S>(
  text: string,
  models: ReadonlyMap<string, S>,
  emit: (start: number, end: number, model: S) => void,
): void {
  for (const [value, model] of models) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      if (standsAlone(text, at, at + value.length)) emit(at, at + value.length, model);
    }
  }
}
