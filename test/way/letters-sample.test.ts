import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { luhn, mod97 } from "../../src/features/patterns/checksums.ts";
import { findPatterns, patternNames } from "../../src/features/patterns/index.ts";
import { checkSpans } from "../../src/spans/check.ts";
import type { Span } from "../../src/spans/span.ts";
import { tokensOf } from "../../src/spans/tokens.ts";
import type { spansOf } from "../../src/stages/task/spans.ts";
import { nearDuplicates } from "../../src/text/nearduplicate.ts";

interface Row {
  readonly id: string;
  readonly text: string;
  readonly spans: readonly Span[];
  readonly letter: string;
  readonly kind: string;
  readonly language: string;
}

type Category = NonNullable<NonNullable<Parameters<typeof spansOf>[1]["categories"]>[string]>;

type Expected = Record<string, readonly { label: string; value: string; written?: string }[]>;

/**
 * Where a word that is somebody's name in the same row is no name, between guillemets. Everything else that a row marks
 * once has to be marked wherever it stands.
 */
const ORDINARY = [
  "came in on 12 «May» without",
  "for recall in «May».",
  "could not travel. «Rose» hip tea",
  "«Art» therapy group",
  "stays frozen. «Frank» talk",
  "der «Richter» am Landgericht",
  "Juzgado de «Paz» de Villarreja",
  "off 1-5 «May».",
  "Next «Day» Centre visit",
  "«Best» wishes and a little patience",
  "vendió el «Mercedes»",
  "er will am «Freitag» nicht",
  "der «Wolf» im Diorama",
  "ab «Sommer» an Herrn",
  "«Mark» as closed",
  "«Bill» of £40",
  'was "Doctor «Street»"',
  "nicht der «Zimmermann», der das Dach",
];

const file = (name: string): string => readFileSync(new URL(`../../examples/letters/${name}`, import.meta.url), "utf8");
const lines = (name: string): Row[] =>
  file(name)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);

const rows = lines("letters.jsonl");
const unseen = lines("unseen.jsonl");
const everything = [...rows, ...unseen];
const readme = file("README.md");
const { categories } = parse(file("categories.yaml")) as { categories: Record<string, Category> };

function tally(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function valuesOf(label: string, of: readonly Row[] = everything): string[] {
  return of.flatMap(({ text, spans }) => spans.filter((s) => s.label === label).map((s) => text.slice(s.start, s.end)));
}

describe("the sample letters", () => {
  it("are at least 330 different texts of at least 150 letters, at most 3 of each", () => {
    expect(rows.length).toBeGreaterThanOrEqual(330);
    expect(new Set(everything.map((r) => r.id)).size).toBe(everything.length);
    expect(new Set(everything.map((r) => r.text)).size).toBe(everything.length);
    const letters = Object.values(tally(rows.map((r) => r.letter)));
    expect(letters.length).toBeGreaterThanOrEqual(150);
    expect(Math.max(...letters)).toBeLessThanOrEqual(3);
    expect(readme).toContain(`${rows.length} texts of ${letters.length} letters`);
    expect(Buffer.byteLength(file("letters.jsonl"))).toBeLessThanOrEqual(400_000);
  });

  it("are of eight kinds and four languages, a letter of one each, as the README counts them", () => {
    for (const [column, kinds, least] of [
      ["kind", 8, 40],
      ["language", 4, 30],
    ] as const) {
      const counts = tally(rows.map((r) => r[column]));
      expect(Object.keys(counts)).toHaveLength(kinds);
      for (const [name, n] of Object.entries(counts)) {
        expect(n, name).toBeGreaterThanOrEqual(least);
        expect(readme).toMatch(new RegExp(`\`${name}\` ${n}\\b`));
      }
      expect(new Set(rows.map((r) => `${r.letter} ${r[column]}`)).size).toBe(new Set(rows.map((r) => r.letter)).size);
    }
  });

  it("resemble each other within a letter alone, and no unseen one", () => {
    const { clusters } = nearDuplicates(everything.map((r) => r.text));
    const across = clusters.flatMap((first, i) =>
      everything[first].letter === everything[i].letter ? [] : [`${everything[first].id} ${everything[i].id}`],
    );
    expect(across).toEqual([]);
    const known = new Set(rows.map((r) => r.letter));
    expect(unseen.filter((r) => known.has(r.letter))).toEqual([]);
  });

  it("hold nothing personal in every tenth row", () => {
    const empty = rows.filter((r) => r.spans.length === 0).length;
    expect(empty / rows.length).toBeGreaterThan(0.08);
    expect(empty / rows.length).toBeLessThan(0.12);
    expect(readme).toContain(`${empty} rows`);
  });
});

describe("their spans", () => {
  it("are sound and in order, and end where tokens end", () => {
    for (const { id, text, spans } of everything) {
      expect(checkSpans(text, spans), id).toEqual({ spans, trimmed: 0 });
      const tokens = tokensOf(text);
      const starts = new Set(tokens.filter((_, i) => i % 2 === 0));
      const ends = new Set(tokens.filter((_, i) => i % 2 === 1));
      for (const { start, end } of spans) expect([id, starts.has(start), ends.has(end)]).toEqual([id, true, true]);
    }
  });

  it("are of declared categories, each often, as the README counts them; IP_ADDRESS is left for the patterns", () => {
    const counts = tally(rows.flatMap((r) => r.spans.map((s) => s.label)));
    expect(Object.keys(categories).sort()).toEqual([...Object.keys(counts), "IP_ADDRESS"].sort());
    for (const [name, { about, policy, pattern }] of Object.entries(categories)) {
      expect(about).not.toBe("");
      expect(["mask", "placeholder", "pseudonym", "keep_first"]).toContain(policy);
      for (const known of [pattern ?? []].flat()) expect(patternNames).toContain(known);
      const n = counts[name] ?? 0;
      if (name !== "IP_ADDRESS") expect(n, name).toBeGreaterThanOrEqual(80);
      expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| +${n} +\\|`));
      expect(valuesOf(name, unseen).length, name).toBeGreaterThan(0);
    }
  });

  it("leave nothing over: what is marked once is marked wherever it stands", () => {
    const excused = new Set<string>();
    const left = everything.flatMap((row) =>
      leftOver(row).filter(({ around }) => {
        const excuse = ORDINARY.find((o) => around.includes(o));
        if (excuse !== undefined) excused.add(excuse);
        return excuse === undefined;
      }),
    );
    expect(left).toEqual([]);
    expect(ORDINARY.filter((o) => !excused.has(o))).toEqual([]);
  });
});

describe("their values", () => {
  it("are accounts and cards whose check digits are right", () => {
    const accounts = valuesOf("ACCOUNT").map((v) => v.replace(/[ -]/g, ""));
    const ibans = accounts.filter((v) => /^[A-Z]{2}\d\d/.test(v));
    const cards = accounts.filter((v) => /^\d{15,16}$/.test(v));
    expect(ibans.length).toBeGreaterThan(40);
    expect(cards.length).toBeGreaterThan(15);
    for (const v of ibans) expect([v, mod97(v.slice(4) + v.slice(0, 4))]).toEqual([v, 1]);
    for (const v of cards) expect([v, luhn(v)]).toEqual([v, true]);
  });

  it("are telephone numbers that are kept for fiction", () => {
    // Ofcom, NANPA, Bundesnetzagentur and Arcep publish them.
    const kept = [
      /^(?:0|44)(?:2079460|1[1-9]{2}4960|1314960|1614960|1632960|7700900)\d{3}$/,
      /^1?[2-9]\d{2}55501\d{2}$/,
      /^(?:0|49)(?:3023125|4066969|6990009|8999998|2214710)\d{3}$/,
      /^(?:0|33)(?:19900|26191|35301|46571|53649|63998)\d{4}$/,
    ];
    const spelt = valuesOf("PHONE").filter((v) => /[a-z]/.test(v));
    expect(spelt).toHaveLength(1);
    for (const value of valuesOf("PHONE")) {
      if (spelt.includes(value)) continue;
      const digits = value.replace(/\(0\)/, "").replace(/\D/g, "");
      expect([value, kept.some((range) => range.test(digits))]).toEqual([value, true]);
    }
  });

  it("are mail and machine addresses that lead nowhere", () => {
    for (const value of valuesOf("EMAIL"))
      expect(value).toMatch(/^[^@\s]+@(?:[a-z0-9-]+\.)*(?:example|example\.(?:com|org|net))$/);
    for (const value of valuesOf("IP_ADDRESS"))
      expect(value).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.|^2001:db8:/);
    expect(valuesOf("IP_ADDRESS", rows)).toEqual([]);
  });
});

describe("rules of thumb", () => {
  const found = (label: string, guess: (text: string) => readonly { start: number; end: number }[]) => {
    let hits = 0;
    let guessed = 0;
    for (const { text, spans } of rows)
      for (const { start, end } of guess(text)) {
        guessed++;
        if (spans.some((s) => s.label === label && s.start === start && s.end === end)) hits++;
      }
    return { precision: hits / guessed, recall: hits / valuesOf(label, rows).length };
  };

  it("that take capitalised words for names find half of them and are wrong most of the time", () => {
    const { precision, recall } = found("NAME", (text) =>
      [...text.matchAll(/\p{Lu}\p{Ll}+(?:[ -]\p{Lu}\p{Ll}+)+/gu)].map((m) => ({
        start: m.index,
        end: m.index + m[0].length,
      })),
    );
    expect(precision).toBeLessThan(0.6);
    expect(recall).toBeLessThan(0.5);
  });

  it("that take every date for a birth are wrong more often than right", () => {
    const { precision } = found("DATE_OF_BIRTH", (text) => findPatterns(text, ["date"]));
    expect(precision).toBeLessThan(0.5);
  });

  it("that take patterns alone find all mail addresses, few accounts and hardly an identifier", () => {
    const by = (label: string) => found(label, (text) => findPatterns(text, [categories[label].pattern ?? []].flat()));
    expect(by("EMAIL")).toEqual({ precision: 1, recall: 1 });
    expect(by("ACCOUNT").recall).toBeLessThan(0.7);
    expect(by("ID_NUMBER").recall).toBeLessThan(0.2);
    expect(by("PHONE").precision).toBeLessThan(0.8);
  });
});

describe("the folder", () => {
  const expected = JSON.parse(file("folder.expected.json")) as Expected;

  it("holds a document of every plain form, and in each what is expected to go", () => {
    const names = readdirSync(new URL("../../examples/letters/folder/", import.meta.url)).filter(
      (name) => !/\.(?:docx|pdf)$/.test(name),
    );
    expect(names.sort()).toEqual(Object.keys(expected).sort());
    expect(new Set(names.map((name) => name.replace(/^.*\./, "")))).toEqual(
      new Set(["csv", "html", "jsonl", "md", "txt"]),
    );
    for (const [name, values] of Object.entries(expected)) {
      const document = file(`folder/${name}`);
      for (const { label, value, written } of values) {
        expect(categories).toHaveProperty(label);
        expect([name, value, document.includes(written ?? value)]).toEqual([name, value, true]);
      }
    }
    expect(expected["nothing.txt"]).toEqual([]);
    for (const line of file("folder/messages.jsonl").trim().split("\n"))
      expect(JSON.parse(line)).toHaveProperty("text");
  });
});

/** Places outside the spans where a marked value, or a word of a marked name, stands as a word. */
function leftOver({ id, text, spans }: Row): { id: string; value: string; around: string }[] {
  const inside = (from: number, to: number): boolean => spans.some((s) => s.start <= from && to <= s.end);
  const sought = new Set<string>();
  for (const { start, end, label } of spans) {
    const value = text.slice(start, end);
    sought.add(value);
    if (label !== "NAME") continue;
    for (const word of value.split(/[\s,.-]+/u)) {
      if (word.length < 3 || !/^\p{Lu}/u.test(word)) continue;
      sought.add(word).add(word[0] + word.slice(1).toLowerCase());
    }
  }
  const left: { id: string; value: string; around: string }[] = [];
  for (const value of sought)
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
      const end = at + value.length;
      if (inside(at, end) || isWord(text[at - 1]) || isWord(text[end])) continue;
      const around = `${text.slice(Math.max(0, at - 40), at)}«${value}»${text.slice(end, end + 40)}`;
      left.push({ id, value, around });
    }
  return left;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}
