import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fault } from "../../base/fault.ts";
import type { Audit, Dataset, Example, Part } from "../../record/dataset.ts";
import type { Split } from "../../record/split.ts";
import { split } from "./index.ts";
import { SPLIT_FROM } from "./stratify.ts";

const noAudit: Audit = {
  rows: 0,
  refused: 0,
  unlabelled: 0,
  labels: [],
  rare: [],
  lengths: { p5: 0, p50: 0, p95: 0, max: 0 },
  exactDuplicates: 0,
  nearDuplicates: { rows: 0, examples: [] },
  conflicts: { texts: 0, rows: 0, examples: [] },
  agreement: null,
  unplaced: { values: 0, rows: 0, listed: [] },
  remarks: [],
};

interface Row {
  readonly label: string | null;
  readonly group?: string | null;
  readonly cluster?: number | null;
  readonly given?: Part;
  readonly text?: string;
}

/** Rows that name the same cluster share it; the others are alone. */
function datasetOf(rows: readonly Row[]): Dataset {
  const first = new Map<number, number>();
  const clusters = rows.map(({ cluster }, i) => {
    if (cluster === undefined || cluster === null) return i;
    if (!first.has(cluster)) first.set(cluster, i);
    return first.get(cluster) as number;
  });
  const examples = rows.map(({ label, group, given, text }, i): Example => {
    return {
      id: String(i),
      text: text ?? `text ${String.fromCharCode(97 + (i % 26))} ${i}`,
      target: label,
      alternatives: [],
      group: group ?? null,
      columns: {},
      source: { file: "t.csv", line: i + 2 },
      given: given ?? "train",
    };
  });
  return { examples, refused: [], clusters, audit: noAudit };
}

const cut = (dataset: Dataset, seed = 1): Split => split(dataset, { seed, kind: "classify" });

function count(rows: readonly number[], dataset: Dataset, label: string): number {
  return rows.filter((row) => dataset.examples[row].target === label).length;
}

const label = fc.constantFrom("a", "a", "a", "b", "b", "c", "d");
const plainRow = fc.record({ label: fc.option(label, { freq: 20 }) });
const tiedRow = fc.record({
  label: fc.option(label, { freq: 20 }),
  group: fc.option(fc.constantFrom("g1", "g2", "g3", "g4", "g5", "g6"), { freq: 1 }),
  cluster: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 1 }),
  given: fc.constantFrom<Part>("train", "train", "train", "dev", "test"),
});
const seed = fc.integer({ min: 0, max: 1000 });

/** Splits; datasets too small to be split are none of the law's business. */
function trySplit(rows: readonly Row[], seed: number): { dataset: Dataset; made: Split } {
  const dataset = datasetOf(rows);
  try {
    return { dataset, made: cut(dataset, seed) };
  } catch (error) {
    fc.pre(!(error instanceof Fault && error.code === "split/too-few"));
    throw error;
  }
}

describe("laws", () => {
  test("the parts are disjoint and hold every labelled row; each row of train and dev has a fold", () => {
    fc.assert(
      fc.property(fc.array(tiedRow, { minLength: 8, maxLength: 120 }), seed, (rows, s) => {
        const { dataset, made } = trySplit(rows, s);
        const all = [...made.train, ...made.dev, ...made.test].sort((x, y) => x - y);
        expect(all).toEqual(dataset.examples.flatMap(({ target }, i) => (target === null ? [] : [i])));
        expect(made.folds).toHaveLength(made.train.length + made.dev.length);
        expect(made.folds.every((fold) => Number.isInteger(fold) && fold >= 0 && fold < made.k)).toBe(true);
        expect(new Set(made.folds).size).toBe(made.k);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  test("the same seed makes the same split", () => {
    fc.assert(
      fc.property(fc.array(tiedRow, { minLength: 8, maxLength: 60 }), seed, (rows, s) => {
        const { dataset, made } = trySplit(rows, s);
        expect(cut(dataset, s)).toEqual(made);
      }),
      { numRuns: 50, seed: 1 },
    );
    const dataset = datasetOf(Array.from({ length: 200 }, (_, i) => ({ label: i % 2 === 0 ? "a" : "b" })));
    expect(cut(dataset, 1).test).not.toEqual(cut(dataset, 2).test);
  });

  test("given parts are kept, and no group or cluster is divided by a split made here", () => {
    fc.assert(
      fc.property(fc.array(tiedRow, { minLength: 8, maxLength: 120 }), seed, (rows, s) => {
        const { dataset, made } = trySplit(rows, s);
        const partOf = new Map<number, Part>();
        for (const name of ["train", "dev", "test"] as const) for (const row of made[name]) partOf.set(row, name);
        const foldOf = new Map([...made.train, ...made.dev].map((row, i) => [row, made.folds[i]]));
        const labelled = [...partOf.keys()];
        for (const row of labelled) {
          const { given } = dataset.examples[row];
          if (given !== "train") expect(partOf.get(row)).toBe(given);
        }
        for (const x of labelled) {
          for (const y of labelled) {
            const [p, q] = [dataset.examples[x], dataset.examples[y]];
            const tied = dataset.clusters[x] === dataset.clusters[y] || (p.group !== null && p.group === q.group);
            if (!tied) continue;
            // Only the files themselves may put rows that are tied into different parts.
            if (p.given === "train" && q.given === "train") expect(partOf.get(x)).toBe(partOf.get(y));
            if (foldOf.has(x) && foldOf.has(y)) expect(foldOf.get(x)).toBe(foldOf.get(y));
          }
        }
      }),
      { numRuns: 80, seed: 1 },
    );
  });

  test("without groups every label gives its share, and fills the folds, to within one row", () => {
    fc.assert(
      fc.property(fc.array(plainRow, { minLength: 10, maxLength: 400 }), seed, (rows, s) => {
        const { dataset, made } = trySplit(rows, s);
        const share =
          made.test.length === 0 ? 0 : Math.max(0.2, Math.min(0.3, 100 / (made.folds.length + made.test.length)));
        for (const name of ["a", "b", "c", "d"]) {
          const [train, dev, test] = [made.train, made.dev, made.test].map((part) => count(part, dataset, name));
          const all = train + dev + test;
          if (all < SPLIT_FROM) expect([dev, test]).toEqual([0, 0]);
          else {
            expect(Math.abs(test - all * share)).toBeLessThanOrEqual(1);
            if (train + dev >= SPLIT_FROM) expect(Math.abs(dev - (train + dev) * 0.15)).toBeLessThanOrEqual(1);
          }
          if (all > 0) expect(train).toBeGreaterThan(0);
          const inFold = Array.from({ length: made.k }, (_, f) =>
            count(
              [...made.train, ...made.dev].filter((_, i) => made.folds[i] === f),
              dataset,
              name,
            ),
          );
          expect(Math.max(...inFold) - Math.min(...inFold)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe("what is said of a split", () => {
  const balanced = (n: number): Row[] => Array.from({ length: n }, (_, i) => ({ label: i % 2 === 0 ? "a" : "b" }));

  test("a fifth tests, 15 % of the rest chooses, five folds", () => {
    const made = cut(datasetOf(balanced(1000)));
    expect([made.train.length, made.dev.length, made.test.length, made.k]).toEqual([680, 120, 200, 5]);
    expect(made.report).toEqual({ given: [], testOverlap: 0, devOverlap: 0, clusters: 0, remarks: [] });
  });

  test("of few rows more are tested, and it is said that the interval will be wide", () => {
    const made = cut(datasetOf(balanced(100)));
    expect(made.test).toHaveLength(30);
    expect(made.report.remarks).toEqual(["the test part has 30 rows: its interval will be wide"]);
  });

  test("a given test part is kept with its overlap counted", () => {
    const rows = [...balanced(100), { label: "a", given: "test" as const, text: "TEXT  a 0", cluster: 1 }];
    rows[0] = { label: "a", cluster: 1 };
    const made = cut(datasetOf([...rows, { label: "b", given: "test", text: "something else" }]));
    expect(made.test).toEqual([100, 101]);
    expect(made.report).toMatchObject({ given: ["test"], testOverlap: 1 });
    expect(made.report.remarks[0]).toContain("1 of 2 test rows repeat a text that is trained on (50.0 %)");
  });

  test("a label with few rows trains and is named", () => {
    const made = cut(datasetOf([...balanced(400), { label: "rare" }]));
    expect(made.train).toContain(400);
    expect(made.report.remarks).toEqual([
      '1 label has no row in the test part and is judged out of fold alone: "rare" (a label with fewer than 5 rows, or with all of them in one cluster or group, stays in train)',
    ]);
  });

  test("a lump is told", () => {
    const rows = balanced(400).map((row, i) => ({ ...row, group: i < 100 ? "big" : null }));
    expect(cut(datasetOf(rows)).report.remarks).toEqual([
      "one cluster of near-duplicates or group holds 100 rows (25 %): it stays whole, so the parts are less even than asked",
    ]);
  });

  test("one group of everything cannot be divided", () => {
    const rows = balanced(50).map((row) => ({ ...row, group: "same" }));
    expect(() => cut(datasetOf(rows))).toThrow(expect.objectContaining({ code: "split/too-few" }) as Fault);
  });
});
