import * as fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Fault } from "../../base/fault.ts";
import type { Opened } from "../../predict/pack.ts";
import { answer, askedOf, csvHead, csvLine, jsonLine } from "./answer.ts";
import { columns, counted, interval, wrap } from "./figures.ts";
import { flag, twinOf } from "./flags.ts";
import { guessColumns } from "./guess.ts";
import { type Line, linesOf } from "./jsonl.ts";
import { printSeconds, progressOn } from "./progress.ts";
import { styleFor } from "./style.ts";

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
    return rows.map((row) => JSON.parse(jsonLine(row)) as unknown);
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
    expect(csvHead(names)).toBe("a,b,predicted,confidence,error\r\n");
    const outcome = new Fault("predict/empty-text", { what: "empty" });
    expect(csvLine(names, { fields: { a: 'say "hi",\nnow', b: null }, outcome })).toBe(
      '"say ""hi"",\nnow",,,,predict/empty-text\r\n',
    );
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
      expect.objectContaining({ code: "data/which-column", remedy: "name it with --text" }),
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
