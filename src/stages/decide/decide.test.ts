import { describe, expect, it } from "vitest";
import type { Audit } from "../../record/dataset.ts";
import type { Measured } from "../../record/decision.ts";
import type { Evaluation, Footprint } from "../../record/evaluation.ts";
import type { Precision, RungName } from "../../record/recipe.ts";
import type { BarLine } from "../../record/task.ts";
import { undetermined } from "../../stats/estimate.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { extrapolate, mixedPairs, moreData } from "./outlook.ts";
import { byPreference, reasons, testReasons, verdicts } from "./index.ts";

const bar: BarLine[] = [
  { metric: "accuracy", slice: null, sense: "at_least", limit: 0.88, by: "interval" },
  { metric: "size_bytes", slice: null, sense: "at_most", limit: 5e6, by: "estimate" },
];

function evaluation(right: number, n = 1000): Evaluation {
  return {
    kind: "classify",
    on: "folds",
    n,
    unscored: 0,
    quality: { accuracy: wilson(right, n) },
    slices: [
      { name: "label=refund", n: 100, quality: { recall: wilson(50, 100) } },
      { name: "label=billing", n: 100, quality: { recall: wilson(95, 100) } },
    ],
    confusions: [
      { truth: "refund", predicted: "billing", n: 45 },
      { truth: "billing", predicted: "refund", n: 20 },
    ],
    calibration: { temperature: 1 },
    predictions: "",
  };
}

function footprint(size: number): Footprint {
  const none = undetermined("not timed", 0);
  return { latency_ms: { p50: none, p95: none, p99: none }, size_bytes: size, peak_memory_bytes: null };
}

function measured(rung: RungName, precision: Precision, right: number, size: number): Measured {
  const lines = verdicts(bar, evaluation(right), footprint(size));
  return {
    recipe: { rung, settings: {}, seed: 1 },
    precision,
    evaluation: evaluation(right),
    footprint: footprint(size),
    verdicts: lines,
    held: lines.every((l) => l.verdict === "held"),
  };
}

const audit: Audit = {
  rows: 1000,
  refused: 0,
  unlabelled: 0,
  labels: [],
  rare: [],
  lengths: { p5: 10, p50: 50, p95: 200, max: 400 },
  exactDuplicates: 0,
  nearDuplicates: { rows: 0, examples: [] },
  conflicts: { texts: 0, rows: 0, examples: [] },
  agreement: null,
  unplaced: { values: 0, rows: 0, listed: [] },
  remarks: [],
};

describe("verdicts", () => {
  it("compares the interval's lower end, not the estimate, and says how many rows would settle it", () => {
    const [line] = verdicts(bar, evaluation(890), footprint(1));
    expect(line.verdict).toBe("missed");
    expect(line.enough).toBeGreaterThan(1000);
    expect(verdicts(bar, evaluation(920), footprint(1))[0].verdict).toBe("held");
  });

  it("lets nothing undetermined hold", () => {
    const line: BarLine = { metric: "peak_memory_bytes", slice: null, sense: "at_most", limit: 1e9, by: "estimate" };
    expect(verdicts([line], evaluation(920), footprint(1))[0]).toMatchObject({ verdict: "undetermined", margin: null });
  });

  it("reads a slice by the name that the evaluation prints", () => {
    const line: BarLine = { metric: "recall", slice: "label=billing", sense: "at_least", limit: 0.85, by: "interval" };
    expect(verdicts([line], evaluation(920), footprint(1))[0].verdict).toBe("held");
    expect(verdicts([{ ...line, slice: "label=none" }], evaluation(920), footprint(1))[0].verdict).toBe("undetermined");
  });
});

describe("choice", () => {
  it("takes the fewest bytes among those that hold the bar", () => {
    const order = byPreference([
      measured("linear", "fp32", 930, 4.9e6),
      measured("linear", "int8", 925, 1.2e6),
      measured("baseline", "fp32", 600, 1e3),
    ]);
    expect(order.map((m) => `${m.recipe.rung} ${m.precision}`)).toEqual([
      "linear int8",
      "linear fp32",
      "baseline fp32",
    ]);
  });

  it("takes the nearest when nothing holds it", () => {
    const order = byPreference([measured("baseline", "fp32", 600, 1e3), measured("linear", "int8", 880, 1.2e6)]);
    expect(order[0].recipe.rung).toBe("linear");
  });
});

describe("outlook", () => {
  const rising = {
    metric: "accuracy",
    points: [250, 500, 1000].map((rows) => ({ rows, value: 1 - 4 / Math.sqrt(rows) })),
  };

  it("recovers a power law", () => {
    expect(extrapolate(rising, 4000)).toBeCloseTo(1 - 4 / Math.sqrt(4000), 6);
  });

  it("calls a curve flat that is flat", () => {
    const flat = { metric: "accuracy", points: [250, 500, 1000].map((rows) => ({ rows, value: 0.7 })) };
    expect(extrapolate(flat, 2000)).toBeUndefined();
    expect(moreData(flat)).toContain("flat");
    expect(moreData(rising)).toContain("with twice the rows");
  });

  it("finds the pairs that are taken for each other", () => {
    expect(mixedPairs(evaluation(900))).toEqual([{ a: "billing", b: "refund", share: 65 / 200 }]);
  });

  it("what was not found, or found where nothing is, is no pair of classes", () => {
    const confusions = [
      { truth: "billing", predicted: "—", n: 90 },
      { truth: "—", predicted: "refund", n: 90 },
    ];
    expect(mixedPairs({ ...evaluation(900), kind: "extract", confusions })).toEqual([]);
  });
});

describe("reasons of kinds with spans", () => {
  it("speak of the kind's own figure and of what its lowest rung is made of", () => {
    const spanned = [measured("baseline", "fp32", 600, 1e3), measured("linear", "fp32", 930, 4.9e6)].map((m) => ({
      ...m,
      verdicts: [],
      evaluation: { ...m.evaluation, kind: "extract", quality: { f1: m.evaluation.quality["accuracy"] } },
    }));
    const said = (chosen: Measured): string =>
      reasons({
        measured: spanned,
        chosen,
        unclimbed: [],
        curve: null,
        audit,
        bar: [],
        headline: "f1",
      }).join(" ");
    expect(said(spanned[1])).toContain("Patterns and known values alone reach f1 0.600");
    const held = { ...spanned[0], held: true };
    expect(said(held)).toContain("patterns and the values that the training rows mark hold the bar.");
    expect(said(held) + said(spanned[1])).not.toMatch(/accuracy|[Kk]eyword/);
  });
});

describe("reasons read aloud", () => {
  const ladder = [
    measured("baseline", "fp32", 600, 1e3),
    measured("linear", "fp32", 930, 4.9e6),
    measured("linear", "int8", 925, 1.2e6),
  ];

  it("when the bar is held", () => {
    const [chosen] = byPreference(ladder);
    const words = reasons({
      measured: ladder,
      chosen,
      unclimbed: ["bag"],
      curve: null,
      audit,
      bar,
      headline: "accuracy",
    });
    expect(words).toMatchInlineSnapshot(`
      [
        "linear int8 holds every line of the bar: accuracy ≥ 0.88 (interval's lower end): 0.925 [0.907, 0.940] n=1000; size_bytes ≤ 5.00 MB (estimate): 1.20 MB.",
        "It is the smallest of those measured that hold it: 1.20 MB, against linear fp32 4.90 MB.",
        "Keyword rules alone reach accuracy 0.600 [0.569, 0.630] n=1000, so a model earns its place.",
        ""billing" and "refund" cannot be told apart: 33 % of their rows are taken for each other. Merge them, or write down what sets them apart and label again.",
        "The ladder stopped here. The next rung, bag, was not trained: the step from baseline to linear bought 33.0 points, 7.0 are left, and each later step is expected to buy less than the one before it.",
      ]
    `);
  });

  it("when it is not", () => {
    const low = [measured("baseline", "fp32", 400, 1e3), measured("linear", "int8", 700, 1.2e6)];
    const flat = { metric: "accuracy", points: [250, 500, 1000].map((rows) => ({ rows, value: 0.7 })) };
    const [chosen] = byPreference(low);
    const words = reasons({ measured: low, chosen, unclimbed: [], curve: flat, audit, bar, headline: "accuracy" });
    expect(words).toMatchInlineSnapshot(`
      [
        "Nothing measured holds the bar. linear int8 comes nearest: accuracy 0.700 [0.671, 0.728] n=1000.",
        "accuracy ≥ 0.88 (interval's lower end) is missed: 0.700 [0.671, 0.728] n=1000.",
        "It falls short most on label=refund (0.500 [0.404, 0.596] n=100).",
        "Every rung that the task allows was climbed.",
        "More rows would be expected to buy little: the learning curve is flat (0.700 at 250, 0.700 at 500, 0.700 at 1000 rows).",
        ""billing" and "refund" cannot be told apart: 33 % of their rows are taken for each other. Merge them, or write down what sets them apart and label again.",
        "This task looks too open for a small model: no rung comes near the bar and more rows hardly help. Prove first with a large model that it can be done at all.",
      ]
    `);
  });

  it("when a model is not needed", () => {
    const one = [measured("baseline", "fp32", 950, 1e3)];
    const words = reasons({
      measured: one,
      chosen: one[0],
      unclimbed: ["linear"],
      curve: null,
      audit,
      bar,
      headline: "accuracy",
    });
    expect(words[0]).toBe("You do not need a model for this: keyword rules, read off the training rows, hold the bar.");
  });

  it("when the bar is held and a slice is left out", () => {
    const [, chosen] = ladder;
    const { slices } = chosen.evaluation;
    const evaluation = {
      ...chosen.evaluation,
      slices: [...slices, { name: "label=void", n: 60, quality: { recall: wilson(1, 60) } }],
    };
    const words = reasons({
      measured: [chosen],
      chosen: { ...chosen, evaluation },
      unclimbed: [],
      curve: null,
      audit,
      bar,
      headline: "accuracy",
    });
    expect(words[1]).toBe(
      "The bar is held without label=void (0.017 [0.003, 0.089] n=60): where that matters, give the bar a line that speaks of the slice.",
    );
  });

  it("when the test disagrees, or has been opened too often", () => {
    const words = testReasons(bar, ladder[1], { accuracy: wilson(700, 1000) }, 6);
    expect(words[0]).toContain("The test disagrees: accuracy 0.700");
    expect(words[1]).toContain("opened for 6 candidates");
    expect(testReasons(bar, ladder[1], { accuracy: wilson(900, 1000) }, 1)).toEqual([]);
  });
});
