import type { Replacement } from "./document.ts";

/** How many units of a remembered text it is looked up by. */
const keyLength = 5;

/**
 * What was taken out of a document, so that it goes wherever else it stands in it: in a link's address, a heading, a
 * description that nobody sees. Only texts that are hardly anything else are remembered: two words or more, an address
 * with an @, five digits or more. Case does not matter, nor which of space, hyphen, underscore, point and plus is
 * between the words.
 */
export class Memory {
  readonly #known = new Map<string, Map<string, Replacement>>();

  learn(text: string, found: readonly Replacement[]): void {
    for (const replacement of found) {
      const removed = plain(text.slice(replacement.start, replacement.end)).replace(/ +/g, " ").trim();
      if (!isTelling(removed)) continue;
      const key = removed.slice(0, keyLength);
      const same = this.#known.get(key) ?? new Map<string, Replacement>();
      this.#known.set(key, same);
      if (!same.has(removed)) same.set(removed, replacement);
    }
  }

  /** What was found, and what is remembered beside it, in order and without overlap. */
  join(text: string, found: readonly Replacement[]): readonly Replacement[] {
    const again = this.find(text).filter(({ start, end }) => !found.some((f) => f.start < end && start < f.end));
    return again.length === 0 ? found : [...found, ...again].sort((a, b) => a.start - b.start);
  }

  /** Where remembered texts stand, as whole words, the longest first where several begin at one place. */
  find(text: string): Replacement[] {
    if (this.#known.size === 0) return [];
    const seen = plain(text);
    const found: Replacement[] = [];
    for (let at = 0; at + keyLength <= seen.length; at++) {
      if (at > 0 && isWord(seen[at - 1])) continue;
      const same = this.#known.get(seen.slice(at, at + keyLength));
      if (same === undefined) continue;
      let longest: [string, Replacement] | undefined;
      for (const entry of same) {
        const end = at + entry[0].length;
        if (entry[0].length <= (longest?.[0].length ?? 0) || !seen.startsWith(entry[0], at)) continue;
        if (end === seen.length || !isWord(seen[end])) longest = entry;
      }
      if (longest === undefined) continue;
      found.push({ ...longest[1], start: at, end: at + longest[0].length });
      at += longest[0].length - 1;
    }
    return found;
  }
}

/** The same text for comparing, unit for unit. */
function plain(text: string): string {
  const lower = text.toLowerCase();
  return (lower.length === text.length ? lower : text).replace(/[\s._+-]/g, " ");
}

function isTelling(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return text.length >= keyLength && (digits >= 5 || text.includes("@") || /\p{L}{2,} +\p{L}{2,}/u.test(text));
}

function isWord(unit: string): boolean {
  return /[\p{L}\p{N}]/u.test(unit);
}
