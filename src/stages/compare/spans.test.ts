import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import type { CheckLine } from "../../record/check.ts";
import type { KindName, Task } from "../../record/task.ts";
import { printSpans, type Span } from "../../spans/span.ts";
import { isKnown } from "../../stats/estimate.ts";
import { defaultMargins } from "../task/margins.ts";
import { compareQuality, compareSlices, figuresOf, isBetter, type Item } from "./index.ts";

const text = "Ada Byron met Charles Babbage";
const wanted: Span[] = [
  { start: 0, end: 9, label: "NAME" },
  { start: 14, end: 29, label: "NAME" },
];
const printed = (spans: readonly Span[]): string => printSpans({ spans, unplaced: [] });
const target = printed(wanted);
/** What a side may answer: everything, the second name alone, one name too many. */
const answers = {
  right: target,
  missing: printed([wanted[1]]),
  over: printed([wanted[0], { start: 10, end: 13, label: "NAME" }, wanted[1]]),
};

function taskOf(kind: KindName): Task {
  const spans = { fields: {}, categories: {}, patterns: [], leakRate: 0.05 };
  return { kind, spans, margins: defaultMargins, bar: [] } as unknown as Task;
}

/** Texts that a side answers wholly with its chance, and otherwise in the given way. */
function items(n: number, base: number, head: number, wrong: keyof typeof answers = "missing"): Item[] {
  const stream = random(7, "items");
  const answer = (share: number): Item["base"] =>
    stream.uniform() < share ? { label: answers.right, confidence: 0.95 } : { label: answers[wrong], confidence: 0.5 };
  return Array.from({ length: n }, () => ({
    text,
    target,
    columns: {},
    group: null,
    base: answer(base),
    head: answer(head),
  }));
}

const named = (lines: readonly CheckLine[], name: string): CheckLine =>
  lines.find((line) => line.name === name) as CheckLine;

describe("quality of spans", () => {
  it("extract is held to F1 and to whole records, redact to leaks too", () => {
    const same = items(2000, 0.9, 0.9).map((item) => ({ ...item, head: item.base }));
    const extract = compareQuality(same, taskOf("extract"));
    expect(extract.map(({ name }) => name)).toEqual(["span_f1", "record_exact", "brier", "risk_coverage"]);
    const redact = compareQuality(same, taskOf("redact"));
    expect(redact.map(({ name }) => name)).toEqual([
      "span_f1",
      "record_exact",
      "leak_documents",
      "leak_characters",
      "brier",
      "risk_coverage",
    ]);
    expect([...extract, ...redact].every(({ verdict }) => verdict === "held")).toBe(true);
  });

  it("the change of each figure is that of the two sides' own", () => {
    const all = items(400, 0.9, 0.7);
    const task = taskOf("redact");
    const [base, head] = [figuresOf(all, "base", task), figuresOf(all, "head", task)];
    for (const { name, change } of compareQuality(all, task).slice(0, 4)) {
      const [before, now] = [base[name], head[name]];
      if (change === null || !isKnown(change) || !isKnown(before) || !isKnown(now)) throw new Error(name);
      expect(change.value, name).toBeCloseTo(now.value - before.value, 12);
      expect(change.n, name).toBe(400);
    }
  });

  it("a model that leaves more to read is broken, one that leaves less is better", () => {
    const worse = compareQuality(items(800, 0.95, 0.6), taskOf("redact"));
    expect(worse.map(({ verdict }) => verdict)).toEqual(Array<string>(6).fill("broken"));
    const better = compareQuality(items(800, 0.6, 0.95), taskOf("redact"));
    expect(better.every((line) => line.verdict === "held" && isBetter(line))).toBe(true);
    expect(worse.some(isBetter)).toBe(false);
  });

  it("what is redacted without need costs F1 and leaks nothing", () => {
    const lines = compareQuality(items(2000, 0.95, 0.6, "over"), taskOf("redact"));
    expect(named(lines, "span_f1").verdict).toBe("broken");
    expect(named(lines, "leak_documents")).toMatchObject({ verdict: "held", change: { value: 0 } });
    expect(named(lines, "leak_characters")).toMatchObject({ verdict: "held", change: { value: 0 } });
  });

  it("few texts are too small to tell, and those that would do are told", () => {
    const same = (n: number): Item[] => items(n, 0.9, 0.9).map((item) => ({ ...item, head: item.base }));
    const leaks = named(compareQuality(same(60), taskOf("redact")), "leak_documents");
    expect(leaks.verdict).toBe("too small to tell");
    const enough = leaks.enough as number;
    expect(named(compareQuality(same(enough), taskOf("redact")), "leak_documents").verdict).toBe("held");
    expect(named(compareQuality(same(enough - 3), taskOf("redact")), "leak_documents").verdict).not.toBe("held");
    const f1 = named(compareQuality(same(60), taskOf("redact")), "span_f1");
    expect(f1).toMatchObject({ verdict: "too small to tell" });
    expect(named(compareQuality(same((f1.enough as number) + 1), taskOf("redact")), "span_f1").verdict).toBe("held");
  });

  it("texts in which nothing is marked decide nothing of spans", () => {
    const nothing = { label: "[]", confidence: 1 };
    const empty = Array.from({ length: 40 }, () => ({
      text,
      target: "[]",
      columns: {},
      group: null,
      base: nothing,
      head: nothing,
    }));
    const lines = compareQuality(empty, taskOf("redact"));
    expect(named(lines, "span_f1").reason).toBe("nothing is marked in these texts and nothing was found");
    expect(named(lines, "leak_characters").reason).toBe("nothing in these texts is to be redacted");
  });
});

describe("slices of spans", () => {
  it("are by the labels that stand in a text, and break where whole texts go wrong", () => {
    const plain = "nobody is named here";
    const right = { label: "[]", confidence: 1 };
    const without = Array.from({ length: 300 }, () => ({
      text: plain,
      target: "[]",
      columns: {},
      group: null,
      base: right,
      head: right,
    }));
    const all = [...items(300, 1, 0.5), ...without];
    const lines = compareSlices(all, taskOf("extract"));
    expect(lines.find(({ name }) => name === "label=NAME")).toMatchObject({ verdict: "broken", n: 300 });
    expect(lines.find(({ name }) => name === "label=none")).toMatchObject({ verdict: "held", n: 300 });
  });
});
