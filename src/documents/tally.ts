import type { Limits, Place, Redacted, Replacement } from "./document.ts";

/** Keeps count of what is taken out of one document, and no character of it. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #places: Place[] = [];
  readonly #dropped = new Map<string, number>();
  readonly #unread: string[] = [];
  readonly #limit: number;
  #leftOut = 0;
  #read = 0;
  #removed = 0;

  constructor(limits: Limits) {
    this.#limit = limits.places;
  }

  read(characters: number): void {
    this.#read += characters;
  }

  /** `offset` is where the text that the replacements count in begins, within the place called `where`. */
  replaced(where: string, replacements: readonly Replacement[], offset = 0): void {
    for (const { start, end, label } of replacements) {
      this.#counts.set(label, (this.#counts.get(label) ?? 0) + 1);
      this.#removed += end - start;
      if (this.#places.length < this.#limit)
        this.#places.push({ where, offset: offset + start, length: end - start, label });
      else this.#leftOut++;
    }
  }

  /** A thing taken out unread, named in the plural. */
  dropped(things: string): void {
    this.#dropped.set(things, (this.#dropped.get(things) ?? 0) + 1);
  }

  keptUnread(part: string): void {
    this.#unread.push(part);
  }

  close(hash: string): Redacted {
    const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => (a < b ? -1 : 1);
    return {
      counts: Object.fromEntries([...this.#counts].sort(byName)),
      charactersRead: this.#read,
      charactersRemoved: this.#removed,
      places: this.#places,
      placesLeftOut: this.#leftOut,
      dropped: [...this.#dropped].sort(byName).map(([things, n]) => `${things}: ${n}`),
      unread: this.#unread,
      hash,
    };
  }
}
