import type { Redact, Replacement } from "./document.ts";
import type { Memory } from "./memory.ts";
import { askAll } from "./replace.ts";
import type { Tally } from "./tally.ts";

/** A stretch of text inside one node of a document. Without `write` it is seen and stays: a tab, a line's break. */
export interface Piece {
  readonly text: string;
  readonly write?: (text: string) => void;
}

/** What a reader sees as one text: the pieces of a paragraph, joined over whatever formatting lies between them. */
export interface Passage {
  /** In words that hold no text of the document. */
  readonly where: string;
  readonly pieces: readonly Piece[];
}

/**
 * Asks about every passage and writes what came back into its pieces. What was taken out anywhere is remembered, and
 * taken out wherever else it stands.
 */
export async function redactPassages(
  passages: readonly Passage[],
  redact: Redact,
  memory: Memory,
  tally: Tally,
  signal?: AbortSignal,
): Promise<void> {
  const texts = passages.map(({ pieces }) => pieces.map(({ text }) => text).join(""));
  const answers = await askAll(texts, redact, signal, "as one");
  for (const [i, text] of texts.entries()) memory.learn(text, answers[i]);
  for (const [i, { where, pieces }] of passages.entries()) {
    const found = memory.join(texts[i], answers[i]);
    tally.read(texts[i].length);
    tally.replaced(where, found);
    if (found.length > 0) writeInto(pieces, found);
  }
}

/** A replacement over several pieces stands in the first that can be written; the others lose what it covers. */
export function writeInto(pieces: readonly Piece[], found: readonly Replacement[]): void {
  const placed = new Set<Replacement>();
  let begin = 0;
  for (const { text, write } of pieces) {
    const end = begin + text.length;
    const here = found.filter((r) => r.start < end && r.end > begin);
    if (write !== undefined && here.length > 0) {
      let out = "";
      let at = begin;
      for (const r of here) {
        out += text.slice(at - begin, Math.max(r.start, begin) - begin);
        if (!placed.has(r)) out += r.replacement;
        placed.add(r);
        at = Math.min(r.end, end);
      }
      write(out + text.slice(at - begin));
    }
    begin = end;
  }
}
