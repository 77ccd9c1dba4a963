import { asciiClass, CharClass, type CodeMap, compatibility, classOf, compose, LONG, lowerCase } from "./tables.ts";

/**
 * Text as features see it: compatibility forms unified (NFKC of each code point, then composition of neighbours),
 * lower case where asked, every run of white space one space, none at the ends, ignorable characters gone, lone
 * surrogates U+FFFD.
 *
 * Differs from NFKC in one thing: combining marks are not put into canonical order first, so marks typed in an unusual
 * order may stay apart. Everything is read from frozen tables, never from the host's Unicode.
 *
 * Invariants: `codes[i]` came from the UTF-16 units `[starts[i], ends[i])` of the source; starts and ends never fall.
 * The arrays are reused by the next `read`, and only the first `length` entries mean anything.
 */
export class Normaliser {
  codes = new Int32Array(256);
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  length = 0;
  private readonly lower: boolean;

  constructor(options: { readonly lower: boolean }) {
    this.lower = options.lower;
  }

  read(text: string): void {
    this.length = 0;
    const n = text.length;
    if (this.codes.length < n + 32) this.grow(n + 32);
    for (let i = 0; i < n;) {
      let c = text.charCodeAt(i);
      if (c < 128) {
        if (this.lower && c >= 65 && c <= 90) c += 32;
        if (asciiClass[c] === CharClass.space) this.space(i);
        else this.put(c, i, i + 1);
        i++;
        continue;
      }
      let width = 1;
      if (c >= 0xd800 && c <= 0xdfff) {
        const low = i + 1 < n ? text.charCodeAt(i + 1) : 0;
        if (c < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
          width = 2;
        } else {
          c = 0xfffd;
        }
      }
      this.fold(c, i, i + width);
      i += width;
    }
    if (this.length > 0 && this.codes[this.length - 1] === 32) this.length--;
  }

  text(): string {
    const parts: string[] = [];
    for (let i = 0; i < this.length; i += 4096) {
      parts.push(String.fromCodePoint(...this.codes.subarray(i, Math.min(i + 4096, this.length))));
    }
    return parts.join("");
  }

  private fold(c: number, start: number, end: number): void {
    const kind = classOf(c);
    if (kind === CharClass.ignorable) return;
    if (kind === CharClass.space) this.space(start);
    else each(compatibility, c, (k) => this.cased(k, start, end));
  }

  private cased(c: number, start: number, end: number): void {
    if (c < 128 && asciiClass[c] === CharClass.space) this.space(start);
    else if (!this.lower) this.joined(c, start, end);
    else if (c < 128) this.put(c >= 65 && c <= 90 ? c + 32 : c, start, end);
    else each(lowerCase, c, (k) => this.joined(k, start, end));
  }

  private joined(c: number, start: number, end: number): void {
    const last = this.length - 1;
    const whole = last >= 0 && c >= 0x300 ? compose(this.codes[last], c) : 0;
    if (whole === 0) {
      this.put(c, start, end);
    } else {
      this.codes[last] = whole;
      this.ends[last] = end;
    }
  }

  private space(start: number): void {
    if (this.length > 0 && this.codes[this.length - 1] !== 32) this.put(32, start, start + 1);
  }

  private put(c: number, start: number, end: number): void {
    const at = this.length;
    if (at === this.codes.length) this.grow(at * 2);
    this.codes[at] = c;
    this.starts[at] = start;
    this.ends[at] = end;
    this.length = at + 1;
  }

  private grow(size: number): void {
    const wider = (held: Int32Array): Int32Array<ArrayBuffer> => {
      const array = new Int32Array(size);
      array.set(held.subarray(0, this.length));
      return array;
    };
    this.codes = wider(this.codes);
    this.starts = wider(this.starts);
    this.ends = wider(this.ends);
  }
}

function each(map: CodeMap, c: number, visit: (c: number) => void): void {
  const to = map.trie.get(c);
  if (to === 0) visit(c);
  else if (to < LONG) visit(to);
  else for (const k of map.long[to - LONG]) visit(k);
}

/** The normal form as a string. Law: normalise(normalise(x)) = normalise(x), wherever marks are in canonical order. */
export function normalise(text: string, options: { readonly lower: boolean } = { lower: true }): string {
  const normaliser = new Normaliser(options);
  normaliser.read(text);
  return normaliser.text();
}
