import type { Redact, Replacement } from "./document.ts";
import { ask, replaceIn } from "./replace.ts";

/** UTF-16 units: how much is asked about at once, and how much of it is there only to be seen. */
export interface WindowSizes {
  readonly size: number;
  /** Before what is to be decided: seen, decided already. */
  readonly before: number;
  /** After what is to be decided: seen, decided with the next window. */
  readonly after: number;
}

export const windowSizes: WindowSizes = { size: 1 << 17, before: 1 << 11, after: 1 << 12 };

export interface Decided {
  readonly text: string;
  /** Where the undone text began in the document, in UTF-16 units. */
  readonly offset: number;
  /** In the document's offsets. */
  readonly replacements: readonly Replacement[];
  readonly characters: number;
}

/**
 * Redacts a text of any length through windows. A window is cut at a paragraph's end where one is near, else at a
 * line's, else at white space; what is found across the cut, or touching it, moves the cut to its start and is decided
 * in the next window, which sees `before` of what went. So a text is redacted as if read at once whenever a finding
 * depends on at most `before` units before it and `after` after it.
 */
export async function* throughWindows(
  texts: AsyncIterable<string>,
  redact: Redact,
  sizes = windowSizes,
): AsyncIterable<Decided> {
  let held = "";
  let decided = 0;
  let offset = 0;
  const decide = async (last: boolean): Promise<Decided> => {
    const window = last ? held : held.slice(0, wholePairs(held, decided + sizes.size));
    const found = clip(await ask(window, redact), decided);
    const cut = last ? window.length : settle(cutAt(window, decided, sizes.after), found, decided);
    const here = found.filter(({ start }) => start < cut);
    const text = replaceIn(window.slice(decided, cut), shift(here, -decided));
    const done = { text, offset, replacements: shift(here, offset - decided), characters: cut - decided };
    offset += cut - decided;
    const keep = wholePairs(held, Math.max(0, cut - sizes.before));
    held = held.slice(keep);
    decided = cut - keep;
    return done;
  };
  for await (const text of texts) {
    held += text;
    while (held.length - decided > sizes.size) yield await decide(false);
  }
  if (held.length > decided) yield await decide(true);
}

const shift = (found: readonly Replacement[], by: number): Replacement[] =>
  found.map((r) => ({ ...r, start: r.start + by, end: r.end + by }));

/** What ends after `from`; of a finding that began in what is already written, the rest goes. */
function clip(found: readonly Replacement[], from: number): Replacement[] {
  return found.filter(({ end }) => end > from).map((r) => (r.start < from ? { ...r, start: from } : r));
}

/** Where to cut at the latest so that `after` units are still seen; always after `from`. */
function cutAt(window: string, from: number, after: number): number {
  const latest = Math.max(from + 1, window.length - after);
  const near = Math.max(from + 1, latest - after);
  for (const end of ["\n\n", "\n", " "]) {
    const at = window.lastIndexOf(end, latest - end.length);
    if (at + end.length > near) return at + end.length;
  }
  return Math.max(wholePairs(window, latest), from + 1);
}

/** The cut, moved before what crosses or touches it; what fills all that was to be decided is decided as it is. */
function settle(cut: number, found: readonly Replacement[], from: number): number {
  let at = cut;
  for (const { start, end } of found.toReversed()) {
    if (start >= at || end < at) continue;
    if (start === from) return Math.max(at, end);
    at = start;
  }
  return at;
}

/** The place, or the one before where it would part a surrogate pair. */
function wholePairs(text: string, at: number): number {
  return at > 0 && at < text.length && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 ? at - 1 : at;
}
