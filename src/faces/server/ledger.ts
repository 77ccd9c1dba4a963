import { Fault } from "../../base/fault.ts";
import { printBytes } from "../../base/print.ts";

/** What one request holds. */
export interface Held {
  /** Takes more, beside what it holds. */
  more(bytes: number): void;
  release(): void;
}

/**
 * The bytes that requests hold from their first byte to the last of their answers. Law: never more than `most` in all; what could
 * never be held is refused with `memory/input`, what cannot be held now with `serve/busy`.
 */
export class Ledger {
  readonly #most: () => number;
  #held = 0;

  constructor(most: () => number) {
    this.#most = most;
  }

  take(bytes: number): Held {
    let own = 0;
    const more = (added: number): void => {
      const most = this.#most();
      if (own + added > most) throw tooMuch(own + added, most);
      if (this.#held + added > most) throw busy(this.#held, most);
      own += added;
      this.#held += added;
    };
    more(bytes);
    return {
      more,
      release: () => {
        this.#held -= own;
        own = 0;
      },
    };
  }
}

function tooMuch(bytes: number, most: number): Fault {
  return new Fault("memory/input", {
    what: `the request takes ${printBytes(bytes)} with its answers; ${printBytes(most)} are kept for requests`,
    remedy: "send the texts in several requests, or give the server more memory",
  });
}

function busy(held: number, most: number): Fault {
  return new Fault("serve/busy", {
    what: "the requests that are being answered leave no memory for another",
    why: `they hold ${printBytes(held)} of ${printBytes(most)}`,
    remedy: "try again in a moment",
  });
}
