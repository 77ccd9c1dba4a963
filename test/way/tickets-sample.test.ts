import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Fault } from "../../src/base/fault.ts";
import { silent } from "../../src/base/progress.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { classified } from "../../src/kinds/classify/decode.ts";
import { openPredictor } from "../../src/predict/predictor.ts";
import type { Example } from "../../src/record/dataset.ts";
import type { RungName } from "../../src/record/recipe.ts";
import { rungOf } from "../../src/rungs/table.ts";
import { readCsv } from "../../src/stages/data/csv.ts";
import { normalise } from "../../src/text/normalise.ts";
import { nearDuplicates } from "../../src/text/nearduplicate.ts";
import { segment } from "../../src/text/segment.ts";

const FOLDS = 5;
const CHANNELS = ["chat", "email", "phone-note", "web-form"];
const file = (name: string): string => readFileSync(new URL(`../../examples/tickets/${name}`, import.meta.url), "utf8");

function table(name: string, columns: readonly string[]): Record<string, string>[] {
  const read = readCsv(file(name), columns, name);
  expect(read.columns).toEqual(columns);
  return read.rows.map((row) => {
    if ("refused" in row) throw new Error(`${name}:${row.line} is refused: ${row.refused.why}`);
    return row.cells as Record<string, string>;
  });
}

function words(text: string): string[] {
  const folded = normalise(text);
  return segment(folded).flatMap((s) => (s.kind === "punctuation" ? [] : [folded.slice(s.start, s.end)]));
}

/** The share of rows that the sequence of `n` words found in most rows stands in, with that sequence. */
function commonest(texts: readonly string[], n: number): { share: number; sequence: string } {
  const rows = new Map<string, number>();
  for (const text of texts) {
    const all = words(text);
    const own = new Set(all.slice(0, Math.max(0, all.length - n + 1)).map((_, i) => all.slice(i, i + n).join(" ")));
    for (const sequence of own) rows.set(sequence, (rows.get(sequence) ?? 0) + 1);
  }
  const [sequence, count] = [...rows].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 0]);
  return { share: count / texts.length, sequence };
}

let tickets: Record<string, string>[];
let others: Record<string, string>[];
let unseen: { body: string; queue: string | null }[];
let meanings: Record<string, string>;

beforeAll(() => {
  tickets = table("tickets.csv", ["body", "queue", "channel"]);
  others = table("other.csv", ["body", "channel"]);
  unseen = file("unseen.jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { body: string; queue: string | null });
  meanings = parse(file("meanings.yaml")) as Record<string, string>;
});

describe("the sample tickets", () => {
  it("are at least 600 over 8 queues of uneven size, each with a meaning", () => {
    const sizes = new Map<string, number>();
    for (const { queue } of tickets) sizes.set(queue, (sizes.get(queue) ?? 0) + 1);
    expect(tickets.length).toBeGreaterThanOrEqual(600);
    expect([...sizes.keys()].sort()).toEqual(Object.keys(meanings).sort());
    expect(sizes.size).toBe(8);
    const counts = [...sizes.values()];
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(50);
    expect(Math.max(...counts) / Math.min(...counts)).toBeGreaterThan(1.3);
  });

  it("come by every channel, and so do the messages of no queue", () => {
    expect([...new Set(tickets.map((t) => t.channel))].sort()).toEqual(CHANNELS);
    expect([...new Set(others.map((t) => t.channel))].sort()).toEqual(CHANNELS);
    expect(others.length).toBeGreaterThanOrEqual(40);
  });

  it("have 3 to 90 words", () => {
    const lengths = tickets.map(({ body }) => body.trim().split(/\s+/).length);
    expect(Math.min(...lengths)).toBe(3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(90);
    expect(Math.max(...lengths)).toBeGreaterThan(70);
  });

  it("repeat neither each other nor a sequence of six words in more than 1 % of the rows", () => {
    const bodies = tickets.map((t) => t.body);
    expect(commonest(bodies, 6).share).toBeLessThanOrEqual(0.01);
    const { clusters } = nearDuplicates([...bodies, ...others.map((o) => o.body), ...unseen.map((u) => u.body)]);
    expect(clusters.filter((first, i) => first !== i)).toEqual([]);
  });

  it("keep ten messages unseen: one of each queue, and two of none", () => {
    const queues = unseen.map((u) => u.queue);
    expect(queues.filter((q) => q !== null).sort()).toEqual(Object.keys(meanings).sort());
    expect(queues.filter((q) => q === null)).toHaveLength(2);
  });
});

describe("cross-validated", () => {
  it("keyword rules stay under 0.75", async () => {
    expect(await accuracy("baseline")).toBeLessThan(0.75);
  });

  it("a linear model lies between 0.80 and 0.95", async () => {
    const linear = await accuracy("linear");
    expect(linear).toBeGreaterThan(0.8);
    expect(linear).toBeLessThan(0.95);
  });
});

/** Out-of-fold accuracy over all rows; the rows of each queue are dealt to the folds in turn. */
async function accuracy(name: RungName): Promise<number> {
  const rung = rungOf("classify", name);
  const labels = Object.keys(meanings).sort();
  const seen = new Map<string, number>();
  const folds = tickets.map(({ queue }) => {
    const n = seen.get(queue) ?? 0;
    seen.set(queue, n + 1);
    return n % FOLDS;
  });
  const engine = onnxruntime();
  let right = 0;
  for (let fold = 0; fold < FOLDS; fold++) {
    const asked = tickets.filter((_, i) => folds[i] === fold);
    const material = {
      kind: "classify" as const,
      train: tickets.flatMap((row, i) => (folds[i] === fold ? [] : [exampleOf(row, i)])),
      watch: [],
      labels,
      maxTextLength: 10_000,
      spans: null,
    };
    const checkpoint = { load: () => undefined, save: () => undefined };
    const context = { engine, seed: 1, threads: 1, progress: silent, checkpoint };
    const { parts } = await rung.fit(material, rung.defaults, context);
    const predictor = await openPredictor(new Map(parts.map((p) => [p.name, p.bytes])), engine, { thread: "here" });
    const answers = await predictor.predictMany(asked.map((t) => t.body));
    await predictor.close();
    right += answers.filter((a, i) => !(a instanceof Fault) && classified(a).label === asked[i].queue).length;
  }
  return right / tickets.length;
}

function exampleOf({ body, queue, channel }: Record<string, string>, i: number): Example {
  return {
    id: String(i),
    text: body,
    target: queue,
    alternatives: [],
    group: null,
    columns: { channel },
    source: { file: "tickets.csv", line: i + 2 },
    given: "train",
  };
}
