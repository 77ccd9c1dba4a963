import { Fault } from "../base/fault.ts";
import { printBytes } from "../base/print.ts";
import { guardResident } from "../base/resident.ts";
import type { Manifest } from "../record/manifest.ts";
import { tagCount } from "../spans/tags.ts";

/** What answering may take of memory, as it was planned before the pack was loaded. */
export interface Room {
  /** Bytes of the whole process, above which no run begins. */
  readonly process: number;
  /** Bytes that one batch may come to hold: its texts, what is read out of them, and the values of its run. */
  batch(): number;
}

/**
 * What a text takes beside the run, for each of its characters: the string, what is read out of it, and the garbage of both; of
 * spans the lattice too, which has a score for every tag at every token. Measured as the growth of the resident set with texts of
 * 20,000 characters and more (docs/serve.md): 13 of n-grams, 100 of tokens, 730 of spans with 79 tags; where every second
 * character is a token twice that.
 */
export function bytesPerCharacter({ kind, labels }: Pick<Manifest, "kind" | "labels">): number {
  return kind === "classify" ? 128 : 256 + 16 * tagCount(labels.length);
}

/**
 * What the engine comes to hold for runs of many shapes, beside what one shape's values take: the pieces of smaller runs do not
 * fit larger ones. Measured: 1.1 to 1.7 with an encoder over texts of 20 to 20,000 characters.
 */
export const ARENA_TIMES = 2;

/**
 * Keeps a predictor within its room. Laws: texts are taken in only where they fit, and one batch at a time; a run begins
 * only where what it comes to hold fits beside the texts, and where the process holds it too.
 */
export class Gate {
  readonly #room: Room;
  readonly #perCharacter: number;
  #texts = 0;
  /** The most that a run came to hold: engines keep it for the next. */
  #kept = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(room: Room, perCharacter: number) {
    this.#room = room;
    this.#perCharacter = perCharacter;
  }

  get process(): number {
    return this.#room.process;
  }

  /** How many of texts of these lengths go together, from the first: as many as take half of the room, and one at least. */
  together(lengths: readonly number[]): number {
    const fit = this.#room.batch() / 2;
    let bytes = 0;
    const n = lengths.findIndex((length) => (bytes += length * this.#perCharacter) > fit);
    return n === -1 ? lengths.length : Math.max(1, n);
  }

  /** Does the work of one batch in its turn. @throws Fault `memory/input` where its texts alone are too many. */
  hold<T>(characters: number, work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(() => {
      const texts = characters * this.#perCharacter;
      if (texts > this.#room.batch()) throw this.#tooMuch(texts);
      guardResident(this.#room.process, { more: texts });
      this.#texts = texts;
      return work();
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** What earlier runs held is given back. */
  emptied(): void {
    this.#kept = 0;
  }

  /** @throws Fault `memory/input` for a run that never fits, `memory/resident` for one that does not fit now. */
  admit(values: number): void {
    const held = ARENA_TIMES * values;
    if (this.#texts + held > this.#room.batch()) throw this.#tooMuch(this.#texts + held);
    guardResident(this.#room.process, { more: Math.max(0, held - this.#kept) });
    this.#kept = Math.max(this.#kept, held);
  }

  #tooMuch(bytes: number): Fault {
    const free = this.#room.batch();
    return new Fault("memory/input", {
      what: `the text takes ${printBytes(bytes)} while it is answered; ${printBytes(Math.max(0, free))} are left for that`,
      why: `the process may hold ${printBytes(this.#room.process)}, and nothing of a text is cut off`,
      remedy: `split the text, or allow ${printBytes(this.#room.process + bytes - free)} of memory`,
    });
  }
}

/** Whether there is no room now, as there may be later. */
export function isFull(error: unknown): boolean {
  return error instanceof Fault && error.code === "memory/resident";
}

/** Whether less at once may do: a fault of memory, and not of the work. */
export function wantsLess(error: unknown): error is Fault {
  return error instanceof Fault && error.code.startsWith("memory/");
}
