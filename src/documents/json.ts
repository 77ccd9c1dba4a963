import { Fault } from "../base/fault.ts";
import type { DocumentFormat, Limits, Options, Redact, Replacement } from "./document.ts";
import { batches } from "./batches.ts";
import { encode, writing } from "./output.ts";
import { askAll, replaceIn } from "./replace.ts";
import { StrictDecoder, textOf, textsOf, tooComplex, wholeOf } from "./source.ts";
import { Tally } from "./tally.ts";

/** A string, a number or a key as it is written in JSON, and what it says. */
interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: "string" | "number" | "key";
  /** The object that a key stands in. */
  readonly object: number;
}

/** Everything in a piece of JSON that says something, in order. Throws what is wrong with it where it is no JSON. */
function tokensOf(source: string, where: string, limits: Limits): Token[] {
  try {
    JSON.parse(source);
  } catch {
    // The parser's own message quotes the document.
    throw new Fault("document/json", {
      what: "the document holds what is no JSON",
      where,
      remedy: "mend it there; a document is redacted as a whole or not at all",
    });
  }
  const tokens: Token[] = [];
  const open: number[] = [];
  for (let at = 0, opened = 0; at < source.length;) {
    if (tokens.length > limits.elements) throw tooComplex(`more than ${limits.elements} values`, where);
    const start = at;
    const c = source[at];
    if (c === '"') {
      at = stringEnd(source, at);
      const kind = source[afterSpace(source, at)] === ":" ? "key" : "string";
      tokens.push({
        start,
        end: at,
        text: JSON.parse(source.slice(start, at)) as string,
        kind,
        object: open.at(-1) ?? 0,
      });
    } else if (c === "-" || (c >= "0" && c <= "9")) {
      while (at < source.length && /[-+.\deE]/.test(source[at])) at++;
      tokens.push({ start, end: at, text: source.slice(start, at), kind: "number", object: 0 });
    } else {
      if (c === "{" || c === "[") open.push(++opened);
      if (c === "}" || c === "]") open.pop();
      at++;
    }
  }
  return tokens;
}

function afterSpace(source: string, at: number): number {
  let i = at;
  while (/\s/.test(source[i] ?? "")) i++;
  return i;
}

/** Behind the closing quote of the string that opens at `at`, in well-formed JSON. */
function stringEnd(source: string, at: number): number {
  for (let quote = source.indexOf('"', at + 1); ; quote = source.indexOf('"', quote + 1)) {
    let before = quote;
    while (source[before - 1] === "\\") before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
}

/**
 * Redacts pieces of JSON: the text of every string and key, and of every number, which becomes a string where something
 * is found in it. The rest stays as it is written. A key that would then stand twice in its object gets a number.
 */
async function redactJson(
  sources: readonly { readonly source: string; readonly where: string }[],
  redact: Redact,
  tally: Tally,
  { limits, signal }: Options,
): Promise<string[]> {
  const tokens = sources.map(({ source, where }) => tokensOf(source, where, limits));
  const answers = await askAll(tokens.flat().map(({ text }) => text), redact, signal); // prettier-ignore
  let next = 0;
  return sources.map(({ source, where }, i) => {
    const changes: Replacement[] = [];
    const keys = new Map<number, Set<string>>();
    for (const [n, token] of tokens[i].entries()) {
      const found = answers[next++];
      tally.read(token.text.length);
      tally.replaced(`${where}, ${token.kind === "key" ? "key" : "value"} ${n + 1}`, found);
      const text = found.length === 0 ? token.text : replaceIn(token.text, found);
      const written = token.kind === "key" ? unlike(text, keys, token.object, found.length > 0) : text;
      if (found.length === 0) continue;
      changes.push({ start: token.start, end: token.end, label: "", replacement: JSON.stringify(written) });
    }
    return replaceIn(source, changes);
  });
}

function unlike(key: string, keys: Map<number, Set<string>>, object: number, changed: boolean): string {
  const known = keys.get(object) ?? new Set<string>();
  keys.set(object, known);
  let name = key;
  for (let n = 2; changed && known.has(name); n++) name = `${key} ${n}`;
  known.add(name);
  return name;
}

/** One JSON value a line, of any number of lines. A line that is no JSON refuses the document. */
export const jsonl: DocumentFormat = {
  name: "JSONL",
  extensions: [".jsonl", ".ndjson"],
  redact: async (input, path, redact, options) => {
    const { limits, signal } = options;
    const tally = new Tally(limits);
    const hash = await writing(path, async (output) => {
      const decoder = new StrictDecoder();
      let line = 1;
      let first = true;
      const readLine = (text: string, at: number, last: boolean): number | null => {
        const end = text.indexOf("\n", at);
        return end !== -1 ? end + 1 : last ? text.length : null;
      };
      for await (const lines of batches(textsOf(input, decoder, signal), readLine, limits)) {
        const told = lines.map((source) => ({ source, where: `line ${line++}` }));
        const rich = told.filter(({ source }) => source.trim() !== "");
        const redacted = await redactJson(rich, redact, tally, options);
        let next = 0;
        const text = told.map(({ source }) => (source.trim() === "" ? source : redacted[next++])).join("");
        output.write(encode(text, decoder.encoding ?? "utf-8", first));
        first = false;
      }
    });
    return tally.close(hash);
  },
};

/** One JSON value a file, held whole. */
export const json: DocumentFormat = {
  name: "JSON",
  extensions: [".json"],
  redact: async (input, path, redact, options) => {
    const { limits, signal } = options;
    const tally = new Tally(limits);
    const { text, encoding } = textOf(await wholeOf(input, limits, signal));
    const [redacted] = await redactJson([{ source: text, where: "the document" }], redact, tally, options);
    const hash = await writing(path, async (output) => output.write(encode(redacted, encoding, true)));
    return tally.close(hash);
  },
};
