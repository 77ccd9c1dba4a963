import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import type { CheckLine } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
import { isKnown } from "../../stats/estimate.ts";
import { defaultMargins } from "../task/margins.ts";
import {
  compareBytes,
  compareLatency,
  compareQuality,
  compareSlices,
  isBetter,
  type Item,
  verdictOf,
} from "./index.ts";

const labels = ["a", "b", "c"];
const task = { kind: "classify", spans: null, margins: defaultMargins, bar: [] } as unknown as Task;

/** Items on which each side is right with its own chance, sure when right and less so when wrong. */
function items(n: number, base: number, head: number, seed = 1): Item[] {
  const stream = random(seed, "items");
  const answer = (target: string, share: number): Item["base"] => {
    const right = stream.uniform() < share;
    const label = right ? target : labels[(labels.indexOf(target) + 1) % 3];
    return { label, confidence: right ? 0.9 : 0.5 };
  };
  return Array.from({ length: n }, (_, i) => {
    const target = labels[i % 3];
    const channel = i % 2 === 0 ? "email" : "chat";
    return {
      text: "some text",
      target,
      columns: { channel },
      group: null,
      base: answer(target, base),
      head: answer(target, head),
    };
  });
}

function lineOf(lines: readonly CheckLine[], name: string): CheckLine {
  return lines.find((line) => line.name === name) as CheckLine;
}

describe("quality", () => {
  it("holds where both answer alike, breaks where head is much worse, and every figure says so", () => {
    const same = items(2000, 0.9, 0.9).map((item) => ({ ...item, head: item.base }));
    expect(compareQuality(same, task).map((line) => line.verdict)).toEqual(["held", "held", "held", "held"]);
    const worse = compareQuality(items(2000, 0.95, 0.7), task);
    expect(worse.map((line) => line.verdict)).toEqual(["broken", "broken", "broken", "broken"]);
    const better = compareQuality(items(2000, 0.7, 0.95), task);
    expect(better.map((line) => line.verdict)).toEqual(["held", "held", "held", "held"]);
    expect(better.every(isBetter)).toBe(true);
    expect(worse.some(isBetter)).toBe(false);
  });

  it("counts items of one group together: what holds of single rows is too small to tell of as many rows of few customers", () => {
    const single = items(300, 0.93, 0.93).map((item) => ({ ...item, head: item.base }));
    const eight = (group: (i: number) => string | null): Item[] =>
      single.flatMap((item, i) => Array.from({ length: 8 }, () => ({ ...item, group: group(i) })));
    const alone = lineOf(
      compareQuality(
        eight(() => null),
        task,
      ),
      "accuracy",
    );
    const together = lineOf(compareQuality(eight(String), task), "accuracy");
    expect([alone.verdict, together.verdict]).toEqual(["held", "too small to tell"]);
    expect(together.change).toMatchObject({ value: 0, n: 2400 });
    expect(together.enough).toBeGreaterThan(2400);
    const slices = compareSlices(eight(String), task);
    expect(
      slices.every(({ change }) => change !== null && isKnown(change) && change.method === "tango-effective"),
    ).toBe(true);
    // Five customers show nothing of how customers differ.
    const five = lineOf(
      compareQuality(
        eight((i) => `${i % 5}`),
        task,
      ),
      "accuracy",
    );
    expect(five).toMatchObject({ verdict: "too small to tell", change: { n: 2400 } });
  });

  it("is too small to tell on few items, and names how many would decide it", () => {
    const few = items(60, 0.9, 0.9).map((item) => ({ ...item, head: item.base }));
    const { verdict, enough } = lineOf(compareQuality(few, task), "accuracy");
    expect(verdict).toBe("too small to tell");
    const n = enough as number;
    const at = (size: number): string =>
      lineOf(
        compareQuality(
          items(size, 0.9, 0.9).map((item) => ({ ...item, head: item.base })),
          task,
        ),
        "accuracy",
      ).verdict;
    expect(at(n)).toBe("held");
    expect(at(n - 3)).toBe("too small to tell");
  });

  it("macro-F1 is undetermined where a class is too thin, and says what would do", () => {
    const line = lineOf(compareQuality(items(9, 0.9, 0.9), task), "macro_f1");
    expect(line).toMatchObject({ verdict: "too small to tell" });
    expect(line.reason).toContain("would do");
    expect(isKnown(line.change as NonNullable<typeof line.change>)).toBe(false);
  });
});

describe("slices", () => {
  it("finds the slice that got worse and leaves the others", () => {
    const all = items(1200, 0.95, 0.95).map((item): Item =>
      item.target === "b" ? { ...item, head: { label: "c", confidence: 0.8 } } : { ...item, head: item.base },
    );
    const broken = compareSlices(all, task).filter((line) => line.verdict === "broken");
    expect(broken.map((line) => line.name)).toContain("label=b");
    expect(broken.map((line) => line.name)).not.toContain("label=a");
    expect(verdictOf([], broken)).toBe("broken");
  });

  it("rarely breaks when two models are equally good, however many slices there are", () => {
    let alarms = 0;
    for (let seed = 0; seed < 60; seed++) {
      const strict = { ...task, margins: { ...defaultMargins, slices: 0 } };
      if (compareSlices(items(300, 0.85, 0.85, seed), strict).some((line) => line.verdict === "broken")) alarms++;
    }
    // Holm at 2.5 %: 1.5 expected of 60; more than 6 has a chance of one in a thousand.
    expect(alarms).toBeLessThanOrEqual(6);
  });

  it("a slice of the bar without a row is undefined", () => {
    const asked = {
      ...task,
      bar: [{ metric: "accuracy", slice: "channel=fax", sense: "at_least", limit: 0.5, by: "interval" }],
    };
    expect(compareSlices(items(30, 0.9, 0.9), asked as unknown as Task).at(-1)).toMatchObject({
      name: "channel=fax",
      n: 0,
    });
  });
});

describe("costs", () => {
  it("bytes are exact, latency has an interval", () => {
    expect(compareBytes("size", 1000, 1100, 0.1).verdict).toBe("held");
    expect(compareBytes("size", 1000, 1101, 0.1).verdict).toBe("broken");
    const stream = random(1, "times");
    const times = Array.from({ length: 500 }, () => 1 + stream.uniform());
    const slower = compareLatency(
      times,
      times.map((t) => t * 2),
      0.25,
    );
    expect(slower).toMatchObject({ verdict: "broken", change: { value: 2, n: 500 } });
    expect(
      compareLatency(
        times,
        times.map((t) => t * 1.1),
        0.25,
      ).verdict,
    ).toBe("held");
    expect(compareLatency([1], [1], 0.25).verdict).toBe("too small to tell");
  });
});
