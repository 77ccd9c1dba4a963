import { Fault } from "../../base/fault.ts";

/** Reads a text from left to right; every refusal names the line. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Blanks, line ends included, mean nothing. */
  #blanks(): void {
    while (" \n\r\t".includes(this.#text[this.#at] ?? "x")) this.#at++;
  }

  /** Takes the mark if it comes next. */
  take(mark: string): boolean {
    this.#blanks();
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  expect(mark: string): void {
    if (!this.take(mark)) this.refuse(`"${mark}" is expected here`);
  }

  /** Takes what a sticky expression matches. */
  match(expression: RegExp): string | undefined {
    this.#blanks();
    const sticky = new RegExp(expression.source, "y");
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  /** Everything up to one of the marks that stands in no parenthesis. */
  balanced(marks: string): string {
    const from = this.#at;
    for (let depth = 0; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at];
      if (depth === 0 && (marks.includes(c) || c === ")")) break;
      if (c === "(") depth++;
      if (c === ")") depth--;
    }
    return this.#text.slice(from, this.#at);
  }

  /** What comes next, without taking it. */
  peek(expression: RegExp): boolean {
    const before = this.#at;
    const found = this.match(expression) !== undefined;
    this.#at = before;
    return found;
  }

  word(): string {
    return this.match(/[A-Za-z_]\w*/) ?? this.refuse("a word is expected here");
  }

  quoted(): string | undefined {
    const found = this.match(/"(?:[^"\\]|\\.)*"/);
    if (found === undefined) return undefined;
    try {
      return JSON.parse(found) as string;
    } catch {
      return this.refuse("this text in quotes is damaged");
    }
  }

  number(): number {
    const found = this.match(/-?(?:Infinity|NaN|\d+(?:\.\d+)?(?:e[+-]?\d+)?)/);
    return found === undefined ? this.refuse("a number is expected here") : Number(found);
  }

  /** Items between an opening that is taken already and its end, with commas between. */
  list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    if (this.take(end)) return items;
    do items.push(item());
    while (this.take(","));
    this.expect(end);
    return items;
  }

  refuse(why: string): never {
    const line = this.#text.slice(0, this.#at).split("\n").length;
    throw new Fault("graph/text", {
      what: why,
      where: `line ${line}`,
      why: `it reads: ${this.#text.slice(this.#at, this.#at + 40).split("\n")[0]}`,
    });
  }
}
