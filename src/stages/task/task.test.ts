import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { printFault } from "../../base/fault.ts";
import { draftTask, parseBarFlag, parseTask, readTask, writeTask } from "./index.ts";
import { parseLimit, printLimit } from "./limit.ts";
import { defaultCost } from "../../record/cost.ts";
import { defaultMargins } from "./margins.ts";
import { printTask } from "./write.ts";
import { caught } from "../../../test/caught.ts";

const minimal = `kind: classify
data:
  train: tickets.csv
`;

const refusal = (source: string): string => printFault(caught(() => parseTask(source, "tickets")));

describe("what whittle.yaml says", () => {
  test("everything left out has its default", () => {
    expect(parseTask(minimal, "tickets")).toEqual(
      draftTask({ name: "tickets", kind: "classify", data: { train: ["tickets.csv"] } }),
    );
  });

  test("a bar is written in the units of its metric", () => {
    const bar = `bar:
  - {metric: accuracy, at_least: 85 %}
  - {metric: macro_f1, at_least: 0.7, by: estimate, slice: channel=email}
  - {metric: ece, at_most: 0.05}
  - {metric: latency_p95_ms, at_most: 50}
  - {metric: size_bytes, at_most: 3.5 MiB}
  - {metric: peak_memory_bytes, at_most: 1GB, by: estimate}
`;
    expect(parseTask(minimal + bar, "t").bar).toEqual([
      { metric: "accuracy", slice: null, sense: "at_least", limit: 0.85, by: "interval" },
      { metric: "macro_f1", slice: "channel=email", sense: "at_least", limit: 0.7, by: "estimate" },
      { metric: "ece", slice: null, sense: "at_most", limit: 0.05, by: "interval" },
      { metric: "latency_p95_ms", slice: null, sense: "at_most", limit: 50, by: "estimate" },
      { metric: "size_bytes", slice: null, sense: "at_most", limit: 3.5 * 2 ** 20, by: "estimate" },
      { metric: "peak_memory_bytes", slice: null, sense: "at_most", limit: 1e9, by: "estimate" },
    ]);
  });

  test("labels are a map to meanings, or a list of names", () => {
    expect(parseTask(`${minimal}labels: {refund: money back, other: }\n`, "t").labels).toEqual({
      refund: "money back",
      other: "",
    });
    expect(parseTask(`${minimal}labels: [refund, other]\n`, "t").labels).toEqual({ refund: "", other: "" });
  });
});

describe("what whittle.yaml gets wrong", () => {
  test("margins: a name that is none, and a margin that is no share", () => {
    const { margins } = parseTask(`${minimal}margins: {accuracy: 2%}\n`, "t");
    expect(margins).toEqual({ ...defaultMargins, accuracy: 0.02 });
    expect(refusal(`${minimal}margins:\n  acuracy: 0.02\n`)).toContain('did you mean "accuracy"?');
    expect(refusal(`${minimal}margins: {size: 3MB}\n`)).toContain("whittle.yaml:4:11");
    expect(refusal(`${minimal}margins: [0.1]\n`)).toContain("as a map such as accuracy: 0.01");
  });

  test("margins: a kind has those of its own figures, and writes no others", () => {
    const redact = minimal.replace("classify", "redact");
    const task = parseTask(`${redact}margins: {leaks: 2%, span_f1: 3%}\n`, "t");
    expect(task.margins).toEqual({ ...defaultMargins, leaks: 0.02, span_f1: 0.03 });
    expect(printTask(task)).toContain("margins: {span_f1: 0.03, record_exact: 0.02, leaks: 0.02, brier:");
    expect(parseTask(printTask(task), "t")).toEqual(task);
    expect(refusal(`${redact}margins: {accuracy: 0.02}\n`)).toContain('"margins" has no key "accuracy"');
    expect(refusal(`${minimal}margins: {leaks: 0.02}\n`)).toContain("the keys here are accuracy, macro_f1, brier");
  });

  test("costs: everything unsaid has its default, and every number its bounds", () => {
    const { cost } = parseTask(
      `${minimal}cost: {watts: 12}\nprices:\n  - {name: big, input: 2, output: 8, dated: 2026-11-01}\n`,
      "t",
    );
    expect(cost).toEqual({
      ...defaultCost,
      watts: 12,
      prices: [{ name: "big", input: 2, output: 8, dated: "2026-11-01" }],
    });
    const task = draftTask({ name: "t", kind: "classify", data: { train: ["a.csv"] }, cost });
    expect(parseTask(printTask(task), "t")).toEqual(task);
    expect(refusal(`${minimal}cost: {wats: 12}\n`)).toContain('did you mean "watts"?');
    expect(refusal(`${minimal}cost: {busy: 0}\n`)).toContain("a number above 0 and at most 1");
    expect(refusal(`${minimal}prices: [{name: big, input: -1, output: 8, dated: 2026-11-01}]\n`)).toContain(
      "the price of a million tokens read",
    );
    expect(refusal(`${minimal}prices: [{name: big, input: 1, output: 8, dated: soon}]\n`)).toContain(
      "a date such as 2026-11-01",
    );
  });

  test("an unknown key is told with its place and the nearest known one", () => {
    expect(refusal(`${minimal}  lable: queue\n`)).toMatchInlineSnapshot(`
      "task/key: "data" has no key "lable"
        where:  whittle.yaml:4:3
        why:    the keys here are train, dev, test, outside, text, label, group, offsets
        remedy: did you mean "label"?"
    `);
    expect(refusal(`${minimal}sede: 2\n`)).toMatchInlineSnapshot(`
      "task/key: a task has no key "sede"
        where:  whittle.yaml:4:1
        why:    the keys here are name, kind, about, labels, fields, categories, leak_rate, data, bar, margins, device, cost, prices, policy, seed, max_text_length, rungs
        remedy: did you mean "seed"?"
    `);
    expect(refusal(`${minimal}bar:\n  - {metric: accuracy, atleast: 0.8}\n`)).toMatchInlineSnapshot(`
      "task/key: "bar[0]" has no key "atleast"
        where:  whittle.yaml:5:24
        why:    the keys here are metric, slice, at_least, at_most, by
        remedy: did you mean "at_least"?"
    `);
  });

  test("a value of the wrong form is told with what is wanted", () => {
    expect(refusal(`${minimal}seed: tomorrow\n`)).toMatchInlineSnapshot(`
      "task/value: "seed" does not fit
        where:  whittle.yaml:4:7
        why:    a seed is wanted here, a whole number from 0 to 9007199254740991
        remedy: write what is wanted there; whittle init writes a whole file to start from"
    `);
    expect(refusal("kind: clasify\ndata: {train: a.csv}\n")).toMatchInlineSnapshot(`
      "task/value: "kind" does not fit
        where:  whittle.yaml:1:7
        why:    a kind of task is wanted here: classify, extract, redact
        remedy: did you mean classify?"
    `);
    expect(refusal("kind: classify\n")).toMatchInlineSnapshot(`
      "task/value: "data" is missing
        where:  whittle.yaml:1:1
        why:    what the data are is wanted here, as a map with train, text and label
        remedy: write what is wanted there; whittle init writes a whole file to start from"
    `);
    expect(refusal("")).toMatchInlineSnapshot(`
      "task/value: the file is no task
        where:  whittle.yaml
        why:    a task is wanted here, as a map with kind and data
        remedy: write what is wanted there; whittle init writes a whole file to start from"
    `);
  });

  test("a bar line that cannot be held", () => {
    expect(refusal(`${minimal}bar:\n  - {metric: acuracy, at_least: 0.8}\n`)).toMatchInlineSnapshot(`
      "task/bar: there is no metric "acuracy"
        where:  whittle.yaml:5:5
        why:    a task of this kind is held to accuracy, macro_f1, ece, latency_p50_ms, latency_p95_ms, latency_p99_ms, size_bytes, peak_memory_bytes
        remedy: did you mean accuracy?"
    `);
    expect(refusal(`${minimal}bar:\n  - {metric: accuracy, at_least: 85}\n`)).toMatchInlineSnapshot(`
      "task/bar: "85" is no limit for accuracy
        where:  whittle.yaml:5:5
        remedy: write a share between 0 and 1, such as 0.85"
    `);
    expect(refusal(`${minimal}bar:\n  - {metric: accuracy, at_most: 0.8}\n`)).toMatchInlineSnapshot(`
      "task/bar: the bar line of accuracy needs at_least and nothing else as its limit
        where:  whittle.yaml:5:5
        why:    accuracy is better when it is higher
        remedy: write {metric: accuracy, at_least: …}"
    `);
    expect(refusal(`${minimal}bar:\n  - {metric: size_bytes, at_most: 1MB, slice: a=b}\n`)).toMatchInlineSnapshot(`
      "task/bar: size_bytes has no slices
        where:  whittle.yaml:5:5
        why:    a model has one size and one speed, whatever the rows
        remedy: leave slice out"
    `);
  });

  test("text that is no YAML, a key given twice, and aliases that explode", () => {
    expect(refusal("kind: [classify\n")).toMatchInlineSnapshot(`
      "task/yaml: whittle.yaml is not YAML
        where:  whittle.yaml:2:1
        why:    Flow sequence in block collection must be sufficiently indented and end with a ]
        remedy: mend that place; text with a colon, a hash or a quote in it needs quotes around it"
    `);
    expect(refusal(`${minimal}kind: classify\n`)).toMatchInlineSnapshot(`
      "task/yaml: whittle.yaml is not YAML
        where:  whittle.yaml:4:1
        why:    Map keys must be unique
        remedy: mend that place; text with a colon, a hash or a quote in it needs quotes around it"
    `);
    const bomb = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x, x]"
        : `a${i}: &a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(", ")}]`,
    );
    expect(caught(() => parseTask(bomb.join("\n"), "t")).code).toBe("task/yaml");
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "whittle-task-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("a written task is read back, and never overwritten unasked", () => {
    const task = draftTask({ name: "t", kind: "classify", data: { train: ["a.csv"], label: "queue" }, seed: 7 });
    const path = writeTask(folder, task);
    expect(readTask(folder)).toEqual(task);
    writeFileSync(path, `${readFileSync(path, "utf8")}# by hand\n`);
    expect(caught(() => writeTask(folder, { ...task, seed: 8 })).code).toBe("task/exists");
    expect(readFileSync(path, "utf8")).toContain("# by hand");
    writeTask(folder, { ...task, seed: 8 }, { overwrite: true });
    expect(readTask(folder).seed).toBe(8);
  });

  test("a folder without a task says how to make one", () => {
    const fault = caught(() => readTask(join(folder, "nowhere")));
    expect(fault.code).toBe("task/missing");
    expect(fault.remedy).toContain("whittle init");
  });
});

describe("laws", () => {
  const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((s) => s.trim() === s && s !== "");

  test("a printed task is the task", () => {
    const labels = fc.dictionary(
      word.filter((s) => s !== "__proto__"),
      word,
      { maxKeys: 6, noNullPrototype: true },
    );
    fc.assert(
      fc.property(labels, word, fc.array(word, { minLength: 1, maxLength: 3 }), word, (l, column, train, about) => {
        const task = draftTask({
          name: "t",
          kind: "classify",
          labels: l,
          about,
          data: { train, text: column, group: column },
        });
        expect(parseTask(printTask(task), "t")).toEqual(task);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  test("a printed limit is the limit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bytes) => {
        expect(parseLimit(printLimit(bytes, "bytes"), "bytes")).toBe(bytes);
      }),
      { seed: 1 },
    );
    expect(printLimit(20e6, "bytes")).toBe("20MB");
    expect(printLimit(3.5e6, "bytes")).toBe("3.5MB");
    expect(["1 PB", "-3", "1e3", "", "MB", "50 %"].map((s) => parseLimit(s, "bytes"))).toEqual(Array(6).fill(null));
  });
});

test("the flag --bar says the same as a line", () => {
  expect(parseBarFlag("accuracy=0.88")).toEqual({
    metric: "accuracy",
    slice: null,
    sense: "at_least",
    limit: 0.88,
    by: "interval",
  });
  expect(parseBarFlag("size_bytes=20MB")).toMatchObject({ sense: "at_most", limit: 20e6, by: "estimate" });
  expect(caught(() => parseBarFlag("acuracy=0.88")).remedy).toBe("did you mean accuracy?");
  expect(caught(() => parseBarFlag("accuracy")).remedy).toContain("metric=limit");
});
