import { asciiClass, CharClass, classOf } from "../../text/tables.ts";

/** No phrase is longer, in UTF-16 units: what one place in a text may cost follows from it. */
export const LONGEST_PHRASE = 200;

/**
 * Phrases, found where words begin and end. Any run of white space in a text stands for one space in a phrase; case
 * counts. Work on a text is at most its length times the longest phrase.
 */
export class PhraseTrie {
  /** From node · 2¹⁶ + UTF-16 unit to node. */
  private readonly next = new Map<number, number>();
  /** Phrase that ends at a node, -1 for none. */
  private readonly ends: number[] = [-1];
  /** ASCII characters that some phrase begins with. */
  private readonly heads = new Uint8Array(128);

  /** Phrases that cannot be found (empty, or longer than LONGEST_PHRASE) are left out; of equal ones the first stays. */
  constructor(phrases: readonly string[]) {
    phrases.forEach((phrase, p) => {
      const text = spaced(phrase);
      if (text === "" || text.length > LONGEST_PHRASE) return;
      if (text.charCodeAt(0) < 128) this.heads[text.charCodeAt(0)] = 1;
      let node = 0;
      for (let i = 0; i < text.length; i++) {
        const key = node * 0x10000 + text.charCodeAt(i);
        let to = this.next.get(key);
        if (to === undefined) {
          to = this.ends.push(-1) - 1;
          this.next.set(key, to);
        }
        node = to;
      }
      if (this.ends[node] < 0) this.ends[node] = p;
    });
  }

  /** Emits every phrase of the text that neither begins nor ends inside a word, the shorter first at each place. */
  find(text: string, emit: (start: number, end: number, phrase: number) => void): void {
    let inside: number = CharClass.space;
    for (let start = 0; start < text.length; start++) {
      const c = text.charCodeAt(start);
      const kind = classAt(c);
      const begins = kind !== CharClass.space && !(isWord(kind) && isWord(inside)) && !isTrail(c);
      inside = kind;
      if (begins && (c >= 128 || this.heads[c] === 1)) this.from(text, start, emit);
    }
  }

  private from(text: string, start: number, emit: (start: number, end: number, phrase: number) => void): void {
    let node: number | undefined = 0;
    let i = start;
    while (i < text.length) {
      let c = text.charCodeAt(i++);
      if (classAt(c) === CharClass.space) {
        while (i < text.length && i - start < 2 * LONGEST_PHRASE && classAt(text.charCodeAt(i)) === CharClass.space)
          i++;
        c = 32;
      }
      node = this.next.get(node * 0x10000 + c);
      if (node === undefined) return;
      const phrase = this.ends[node];
      if (phrase < 0) continue;
      const within = i < text.length && isWord(classAt(text.charCodeAt(i))) && isWord(classAt(c));
      if (!within) emit(start, i, phrase);
    }
  }
}

/** With single spaces, and none around. */
export function spaced(phrase: string): string {
  let out = "";
  for (const c of phrase) {
    const space = classOf(c.codePointAt(0) as number) === CharClass.space;
    if (!space) out += c;
    else if (out !== "" && !out.endsWith(" ")) out += " ";
  }
  return out.trimEnd();
}

function classAt(unit: number): number {
  return unit < 128 ? asciiClass[unit] : classOf(unit);
}

function isWord(kind: number): boolean {
  return kind === CharClass.letter || kind === CharClass.digit || kind === CharClass.mark;
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
