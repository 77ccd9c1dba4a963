import type { Redact } from "./document.ts";
import { ask, replaceIn } from "./replace.ts";

/** How a redacted document is named: as its original with what is found in the name replaced, as the original, by number. */
export type Naming = "redact" | "keep" | "number";

/**
 * Names for what comes out of a folder. Two names that become one, in any case of letters, are told apart by a number.
 * The same names asked for in the same order are given the same names.
 */
export class Names {
  readonly #naming: Naming;
  readonly #redact: Redact;
  readonly #folders = new Map<string, Promise<string>>();
  readonly #taken = new Set<string>();
  #count = 0;

  constructor(naming: Naming, redact: Redact) {
    this.#naming = naming;
    this.#redact = redact;
  }

  /** Where the thing at `path` goes, with slashes; `extension` is the ending that stays, "" where none may. */
  async of(path: readonly string[], extension: string): Promise<string> {
    if (this.#naming === "number") return `${String(++this.#count).padStart(6, "0")}${extension}`;
    const folder = await this.#folder(path.slice(0, -1));
    const name = path[path.length - 1];
    const stem = name.slice(0, name.length - extension.length);
    return this.#free(`${folder}${await this.#redacted(stem)}`, name.slice(stem.length));
  }

  #folder(path: readonly string[]): Promise<string> {
    if (path.length === 0) return Promise.resolve("");
    const key = path.join("/");
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const made = (async () => {
      const above = await this.#folder(path.slice(0, -1));
      return `${this.#free(`${above}${await this.#redacted(path[path.length - 1])}`, "")}/`;
    })();
    this.#folders.set(key, made);
    return made;
  }

  /** Names are read as they are meant: an underscore, a hyphen or a point between words is a space. */
  async #redacted(name: string): Promise<string> {
    if (this.#naming === "keep") return name;
    const found = await ask(name.replace(/[_.+-]/g, " "), this.#redact);
    return found.length === 0 ? name : replaceIn(name, found).replace(/[/\\:*?"<>|\p{Cc}]/gu, "_");
  }

  #free(stem: string, extension: string): string {
    let name = stem + extension;
    for (let n = 2; this.#taken.has(name.toLowerCase()); n++) name = `${stem} ${n}${extension}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
