import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Fault } from "../../base/fault.ts";
import type { Opened } from "../../predict/pack.ts";
import { answer, askedOf, csvHead, csvLine, jsonLine, writtenBy } from "./answer.ts";
import { columns, counted, interval, wrap } from "./figures.ts";
import { flag, twinOf } from "./flags.ts";
import { guessColumns } from "./guess.ts";
import { type Line, linesOf } from "./jsonl.ts";
import { printSeconds, progressOn } from "./progress.ts";
import type { ExtractedSpan } from "../../record/prediction.ts";
import { cliffLines } from "./cliff-view.ts";
import { ladderHead } from "./ladder-view.ts";
import { printPrediction } from "./prediction-view.ts";
import { confusionWords, sizeOf } from "./quality-view.ts";
import { styleFor } from "./style.ts";
import type { Terminal } from "./terminal.ts";

const plain = writtenBy({ kind: "classify", labels: [] }, "text");

async function* piecesOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const cut of [...at, bytes.length]) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
}

async function collect(lines: AsyncIterable<Line[]>): Promise<Line[]> {
  const all: Line[] = [];
  for await (const batch of lines) all.push(...batch);
  return all;
}

describe("lines of a stream", () => {
  it("are the same however the stream was cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: "binary" })), fc.array(fc.nat()), async (texts, cuts) => {
        const wanted = texts.map((t) => t.replaceAll(/[\n\r\ud800-\udfff]/gu, "").trim());
        const bytes = new TextEncoder().encode(wanted.join("\n"));
        const lines = await collect(linesOf(piecesOf(bytes, cuts), 1e6, 3));
        expect(lines.map((line) => ("text" in line ? line.text : "fault"))).toEqual(wanted.filter((t) => t !== ""));
      }),
      { numRuns: 50 },
    );
  });

  it("tells of a line that is too long or not UTF-8 in its place, and goes on", async () => {
    const bytes = Buffer.concat([
      Buffer.from("one\n"),
      Buffer.alloc(100, 65),
      Buffer.from("\n"),
      Buffer.from([0xff, 0x0a]),
      Buffer.from("four"),
    ]);
    const lines = await collect(linesOf(piecesOf(bytes, [10, 30, 60]), 50, 10));
    expect(lines.map((line) => ("text" in line ? line.text : line.fault.code))).toEqual([
      "one",
      "predict/line-too-long",
      "predict/not-utf8",
      "four",
    ]);
    expect(lines.map((line) => line.number)).toEqual([1, 2, 3, 4]);
  });
});

describe("rows to answer", () => {
  const pack = {
    predictMany: async (texts: readonly string[]) =>
      texts.map((text) => ({ label: text, confidence: 1, in_scope: null, scores: {} })),
  } as unknown as Opened;
  const ask = async (...lines: string[]): Promise<unknown[]> => {
    const asked = lines.map((text, i) => askedOf({ number: i + 1, text }, "body"));
    const rows = await answer(pack, asked, new AbortController().signal);
    return rows.map((row) => JSON.parse(jsonLine(row, plain)) as unknown);
  };

  it("keep their other fields, and what the prediction's names would hide under given", async () => {
    expect(await ask('{"body":"hi","id":7,"label":"truth"}', '{"text":"ho"}')).toEqual([
      { body: "hi", id: 7, label: "hi", confidence: 1, in_scope: null, scores: {}, given: { label: "truth" } },
      { text: "ho", label: "ho", confidence: 1, in_scope: null, scores: {} },
    ]);
  });

  it("that cannot be read become errors in their place", async () => {
    expect(await ask("{", "[]", '{"id":1}', '{"body":3}', '{"body":"x"}')).toMatchObject([
      { error: { code: "predict/not-json", where: "line 1" } },
      { error: { code: "predict/not-json", where: "line 2" } },
      { id: 1, error: { code: "predict/no-text", where: "line 3" } },
      { error: { code: "predict/no-text", where: "line 4" } },
      { label: "x" },
    ]);
  });

  it("are quoted as CSV wants it", () => {
    const names = ["a", "b"];
    expect(csvHead(names, plain)).toBe("a,b,predicted,confidence,error\r\n");
    const outcome = new Fault("predict/empty-text", { what: "empty" });
    expect(csvLine(names, { fields: { a: 'say "hi",\nnow', b: null }, outcome }, plain)).toBe(
      '"say ""hi"",\nnow",,,,predict/empty-text\r\n',
    );
  });

  it("of extract have a column a field, told apart from one that came in under its name", () => {
    const written = writtenBy({ kind: "extract", labels: ["total", "item", "due"] }, "text");
    expect(csvHead(["text", "total"], written)).toBe("text,total,predicted_total,item,due,confidence,error\r\n");
    const span = { start: 0, end: 1, text: "x" };
    const outcome = {
      fields: { total: { amount: "12.50", currency: "EUR" }, item: ["pen", "ink, blue"], due: null },
      spans: [
        { ...span, label: "total", confidence: 0.9 },
        { ...span, label: "item", confidence: 0.7 },
      ],
    };
    expect(csvLine(["text", "total"], { fields: { text: "t", total: "?" }, outcome }, written)).toBe(
      't,?,12.50 EUR,"[""pen"",""ink, blue""]",,0.7,\r\n',
    );
    const fault = new Fault("predict/empty-text", { what: "empty" });
    expect(csvLine(["text"], { fields: {}, outcome: fault }, written)).toBe(",,,,,predict/empty-text\r\n");
  });

  it("of redact never hold what was redacted, whatever becomes of the row", () => {
    const written = writtenBy({ kind: "redact", labels: ["NAME"] }, "body");
    const secret = "Ada Byron";
    const fields = {
      id: 7,
      body: secret,
      text: secret,
      spans: [{ start: 0, end: 9, text: secret }],
      fields: { a: secret },
    };
    const outcome = {
      text: "[NAME]",
      spans: [{ start: 0, end: 9, label: "NAME", confidence: 0.9, replacement: "[NAME]" }],
    };
    expect(JSON.parse(jsonLine({ fields, outcome }, written))).toEqual({ id: 7, ...outcome });
    const names = Object.keys(fields);
    expect(csvHead(names, written) + csvLine(names, { fields, outcome }, written)).toBe(
      "id,predicted,confidence,error\r\n7,[NAME],0.9,\r\n",
    );
    const line = askedOf({ number: 1, text: `{"body": ${secret}}` }, "body");
    if (!("fault" in line)) throw new Error("that is no JSON");
    for (const fault of [line.fault, new Fault("predict/too-long", { what: "long" })]) {
      const told = jsonLine({ fields, outcome: fault }, written) + csvLine(names, { fields, outcome: fault }, written);
      expect(told).toContain(fault.code);
      expect(told).not.toMatch(/Ada|Byron/);
    }
  });
});

describe("flags", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("have twins in the environment", () => {
    expect(twinOf(flag("--max-body <bytes>", ""))).toBe("WHITTLE_MAX_BODY");
    expect(flag("--json", "").envVar).toBe("WHITTLE_JSON");
  });

  it("are not given by a twin that says no or nothing", () => {
    vi.stubEnv("WHITTLE_JSON", "0");
    vi.stubEnv("WHITTLE_TEXT", "");
    expect(flag("--json", "").envVar).toBeUndefined();
    expect(flag("--text <column>", "").envVar).toBeUndefined();
    vi.stubEnv("WHITTLE_SEED", "0");
    expect(flag("--seed <n>", "").envVar).toBe("WHITTLE_SEED");
  });
});

describe("columns are guessed by name", () => {
  it("where the names are plain", () => {
    expect(guessColumns("f", ["id", "Body", "Queue"], {}, "classify")).toEqual({ text: "Body", label: "Queue" });
    expect(guessColumns("f", ["text", "body"], { label: "text" }, "classify")).toEqual({ text: "body", label: "text" });
  });

  it("and asked for where they are not", () => {
    expect(() => guessColumns("f.csv", ["a", "b"], {}, "classify")).toThrowError(
      expect.objectContaining({
        code: "data/which-column",
        remedy: expect.stringMatching(/^name it with --text; the first line must name the columns/) as string,
      }),
    );
  });
});

describe("colours", () => {
  const tty = { isTTY: true };

  it("are for terminals, unless NO_COLOR says otherwise", () => {
    expect(styleFor(tty, {})("red", "x")).not.toBe("x");
    expect(styleFor(tty, { NO_COLOR: "1" })("red", "x")).toBe("x");
    expect(styleFor(tty, { NO_COLOR: "1", FORCE_COLOR: "1" })("red", "x")).toBe("x");
    expect(styleFor(tty, { TERM: "dumb" })("red", "x")).toBe("x");
    expect(styleFor({}, {})("red", "x")).toBe("x");
    expect(styleFor({}, { FORCE_COLOR: "1" })("red", "x")).not.toBe("x");
  });
});

describe("progress", () => {
  const drawn = (
    isTTY: boolean,
  ): { written: string[]; advance: (ms: number) => void; report: ReturnType<typeof progressOn>["report"] } => {
    const written: string[] = [];
    let now = 0;
    const clock = { now: () => now, date: () => new Date(0) };
    const progress = progressOn({ write: (text) => void written.push(text), isTTY, columns: 80 }, clock);
    return { written, advance: (ms) => (now += ms), report: (event) => progress.report(event) };
  };

  it("is drawn over on a terminal, with the time left by the pace so far", () => {
    const { written, advance, report } = drawn(true);
    report({ stage: "train", label: "linear", done: 0, total: 10 });
    advance(2000);
    report({ stage: "train", label: "linear", done: 1, total: 10 });
    expect(written[1]).toBe("\r\u001b[Ktrain     ██░░░░░░░░░░░░░░░░░░ 10 %, 18 s left  linear");
  });

  it("is a plain line when the work changes elsewhere, and again after a while", () => {
    const { written, advance, report } = drawn(false);
    for (let done = 0; done < 40; done++) {
      report({ stage: "train", label: "bag", done, total: 40 });
      advance(1000);
    }
    expect(written).toEqual([
      "train: bag\n",
      "train: bag 25 %, 30 s left\n",
      "train: bag 50 %, 20 s left\n",
      "train: bag 75 %, 10 s left\n",
    ]);
  });

  it("tells time as people do", () => {
    expect([0.2, 59, 61, 4800].map(printSeconds)).toEqual(["1 s", "59 s", "1 min 1 s", "1 h 20 min"]);
  });
});

describe("figures", () => {
  it("never travel alone", () => {
    expect(interval({ value: 0.9, low: 0.85, high: 0.94, n: 100, level: 0.95, method: "wilson" })).toBe(
      "0.900 [0.850, 0.940]",
    );
    expect(interval({ undetermined: "no rows", n: 0 })).toBe("undetermined");
  });

  it("stand in columns, and words in lines", () => {
    expect(
      columns([
        ["a", "bbb", "c"],
        ["aaa", "b", "cc"],
      ]),
    ).toEqual(["a    bbb  c", "aaa  b    cc"]);
    expect(wrap("one two three four", 9, "> ", "  ")).toEqual(["> one two", "  three", "  four"]);
    expect([counted(1, "row"), counted(1204, "row")]).toEqual(["1 row", "1,204 rows"]);
  });
});

describe("views of spans", () => {
  function printed(act: (terminal: Terminal) => void): string[] {
    const lines: string[] = [];
    const style = (_: unknown, text: string): string => text;
    act({ print: (line: string) => lines.push(line), style } as unknown as Terminal);
    return lines;
  }

  it("a record: values, how sure the least sure span is, and the words where they are written otherwise", () => {
    const text = "Total due: 12,50 € for ink and pens";
    const span = (label: string, part: string, confidence: number): ExtractedSpan => {
      const start = text.indexOf(part);
      return { start, end: start + part.length, label, text: part, confidence };
    };
    const prediction = {
      fields: { total: { amount: "12.50", currency: "EUR" }, item: ["ink", "pens"], due: null },
      spans: [span("total", "12,50 €", 0.98), span("item", "ink", 0.9), span("item", "pens", 0.8)],
    };
    expect(printed((terminal) => printPrediction(terminal, prediction))).toEqual([
      'total  12.50 EUR  0.980  "12,50 €"',
      "item   ink, pens  0.800",
      "due    —",
    ]);
    const unread = { fields: { due: null }, spans: [span("due", "Total", 0.7)] };
    expect(printed((terminal) => printPrediction(terminal, unread))).toEqual(['due  —  0.700  "Total"']);
  });

  it("what is confused, and what slices count", () => {
    const words = [
      ["a", "b"],
      ["a", "—"],
      ["—", "b"],
    ].map(([truth, predicted]) => confusionWords({ truth, predicted, n: 1 }));
    expect(words).toEqual(["a taken for b", "a not found", "b found where nothing is"]);
    expect(sizeOf({ name: "label=a", n: 2 }, "extract")).toBe("2 spans");
    expect(sizeOf({ name: "label=a", n: 2 }, "classify")).toBe("2 rows");
    expect(sizeOf({ name: "channel=x", n: 1 }, "redact")).toBe("1 row");
  });

  it("a cliff and a ladder name the kind's own figures", () => {
    const cliff = { on: "folds", rows: 40, slices: [], left: [], scope: null };
    const [line] = printed((terminal) => cliffLines(cliff, terminal, "extract").forEach((l) => terminal.print(l)));
    expect(line).toBe("Cliff   texts wholly right, on made variants of 40 rows (folds)");
    const [head] = printed((terminal) => terminal.print(ladderHead(terminal, "redact")));
    expect(head).toMatch(/^rung +at +span F1 +leaking +p95 +size +memory +bar$/);
  });
});
