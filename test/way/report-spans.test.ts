import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import domino from "@mixmark-io/domino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whittle } from "./whittle.ts";

/** Real makes of the kinds that find spans, and their reports. */

interface Element {
  textContent: string;
  getAttribute(name: string): string | null;
  querySelectorAll(selector: string): ArrayLike<Element>;
  querySelector(selector: string): Element | null;
}

const folder = mkdtempSync(join(tmpdir(), "whittle-report-spans-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const given = ["Quillon", "Zebediah", "Thessaly", "Ondrej", "Wilhelmine", "Xanthippe", "Jorunn", "Bartholomew"];
const family = ["Grzybowska", "Ashworthy", "Vandersloot", "Ibarguren", "Trevelyan", "Okonkwo", "Lindqvistsen"];
const street = ["Plumtree Yard", "Hazelgrove Row", "Cobblestone Mews"];

function spansOf(text: string, values: readonly (readonly [label: string, value: string])[]) {
  return values.map(([label, value]) => {
    const start = text.indexOf(value);
    return { start, end: start + value.length, label };
  });
}

/** Every name is in few rows, so that some are not found. */
function letters(n: number): string {
  return Array.from({ length: n }, (_, i) => {
    const name = `${given[i % 8]} ${family[(i * 3) % 7]}`;
    const place = `${10 + i} ${street[i % 3]}`;
    const text =
      i % 3 === 0
        ? `${name} has moved to ${place} last week, case ${400 + i}.`
        : `Please write to ${name}, living at ${place}, about case ${400 + i}.`;
    const spans = spansOf(text, [
      ["NAME", name],
      ["ADDRESS", place],
    ]).sort((a, b) => a.start - b.start);
    return JSON.stringify({
      text: i % 9 === 8 ? `Nothing is to go from note ${i}.` : text,
      spans: i % 9 === 8 ? [] : spans,
    });
  }).join("\n");
}

const tag = "<script>alert(1)</script>";

function orders(n: number): string {
  return Array.from({ length: n }, (_, i) => {
    const total = `${20 + i}.50 EUR`;
    const item = ["lamps", "chairs", "desks", "shelves"][i % 4];
    const text = `${tag} We ordered ${item} from ${family[i % 7]} for ${total}, thanks.`;
    const fields = { item, vendor: family[i % 7], total: i % 3 === 2 ? "999 EUR" : total };
    return JSON.stringify({ text, fields, channel: i % 2 === 0 ? "mail" : "chat" });
  }).join("\n");
}

async function reported(name: string, kind: string, rows: string, bar: string, rungs: string) {
  writeFileSync(join(folder, `${name}.jsonl`), rows);
  const init = ["init", name, "--kind", kind, "--from", `${name}.jsonl`, "--bar", bar];
  const begun = await whittle(init, { cwd: folder });
  expect(begun.code, begun.err).toBe(0);
  const made = await whittle(["make", name, "--rungs", rungs, "--threads", "1"], { cwd: folder });
  expect(made.code, made.err).toBe(0);
  const told = await whittle(["report", name], { cwd: folder });
  expect(told.code, told.err).toBe(0);
  const page = readFileSync(join(folder, name, "report.html"), "utf8");
  return { page, document: domino.createDocument(page, true) as Element };
}

function all(within: Element, selector: string): Element[] {
  return Array.from(within.querySelectorAll(selector));
}

function heads(within: Element, selector: string): string[] {
  return all(within, `${selector} thead th`).map((cell) => cell.textContent);
}

describe("the report of a redaction", () => {
  let page: string;
  let document: Element;
  beforeAll(async () => {
    ({ page, document } = await reported("letters", "redact", letters(64), "leak_documents=1", "linear"));
  }, 180_000);

  it("shows nothing of any text", () => {
    for (const word of [...given, ...family, ...street, "Please write", "has moved", "Nothing is to go"]) {
      expect(page).not.toContain(word);
    }
    const mistakes = document.querySelector("#mistakes")?.textContent ?? "";
    if (all(document, "#mistakes .card").length > 0) {
      expect(mistakes).toContain("No text is shown");
      expect(mistakes).toMatch(/letters\.jsonl:\d+/);
    }
  });

  it("tells what is left to read, and what another operating point would leave", () => {
    const told = document.querySelector("#leaks")?.textContent ?? "";
    expect(told).toMatch(/In [\d.]+ % of [\d]+ texts something was left to read; its 95 % interval reaches/);
    expect(all(document, "#leaks figure svg")).toHaveLength(1);
    const categories = all(document, "#leaks > .table tbody th").map((cell) => cell.textContent);
    expect(categories).toEqual(["ADDRESS", "NAME"]);
    const biases = all(document, "#leaks .pair tbody th").map((cell) => Number(cell.textContent));
    expect(biases.length).toBeGreaterThanOrEqual(15);
    expect(biases).toEqual([...biases].sort((a, b) => a - b));
    expect(all(document, "#leaks tr.marked")).toHaveLength(1);
  });

  it("draws the ladder by the figures of its kind, less being better for some", () => {
    expect(heads(document, "#ladder").slice(3, -2)).toEqual([
      "leak_documents ↓",
      "span_f1",
      "span_recall",
      "span_precision",
      "leak_characters ↓",
      "over_redaction ↓",
      "record_exact",
    ]);
    expect(heads(document, "#quantisation").slice(1, 4)).toEqual(["span_f1", "leak_documents ↓", "record_exact"]);
    expect(page).not.toMatch(/NaN|Infinity|\[object|>undefined</);
    expect(document.querySelector("#cliff")?.textContent).toContain("texts wholly right");
  });

  it("says what becomes of each category", () => {
    expect(document.querySelector("#labels tbody tr")?.textContent).toContain("placeholder: [ADDRESS]");
  });
});

describe("the report of an extraction", () => {
  let page: string;
  let document: Element;
  beforeAll(async () => {
    ({ page, document } = await reported("orders", "extract", orders(60), "span_f1=0.01", "baseline"));
  }, 180_000);

  it("draws what was found, missed and marked without need into its texts", () => {
    const cards = all(document, "#mistakes .card");
    expect(cards.length).toBeGreaterThan(0);
    expect(cards[0].querySelector("blockquote bdi")?.textContent).toContain(tag);
    expect(page).not.toContain("<script");
    const tags = all(document, "#mistakes .tag").map((word) => word.textContent);
    expect(tags.filter((word) => word.startsWith("missed ")).length).toBeGreaterThan(0);
    expect(tags).toContain("item");
    expect(document.querySelector("#mistakes")?.textContent).toContain("999 EUR, which stands nowhere in the text");
  });

  it("counts spans, values without a place, and what is taken for what", () => {
    const data = document.querySelector("#data dl")?.textContent ?? "";
    expect(data).toContain("Values that stand nowhere in their text20");
    expect(heads(document, "#confusion .matrix")).toEqual([
      "wanted",
      "item",
      "total",
      "vendor",
      "—",
      "other ends",
      "n",
    ]);
    const rows = all(document, "#labels tbody tr").map((row) => row.textContent);
    expect(rows[1]).toMatch(/^totalamountone/);
    expect(all(document, "#leaks")).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|\[object|>undefined</);
  });
});
