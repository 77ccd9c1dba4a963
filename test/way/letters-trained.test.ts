import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Fault } from "../../src/base/fault.ts";
import { silent } from "../../src/base/progress.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { openPredictor } from "../../src/predict/predictor.ts";
import type { Example } from "../../src/record/dataset.ts";
import type { RedactPrediction } from "../../src/record/prediction.ts";
import type { RungName, Setting } from "../../src/record/recipe.ts";
import { rungOf } from "../../src/rungs/table.ts";
import { scoreSpans } from "../../src/spans/score.ts";
import { printSpans, type Span } from "../../src/spans/span.ts";
import { spansOf } from "../../src/stages/task/spans.ts";

/** How hard the sample letters are, measured with what the ladder of redact starts from. */

interface Row {
  readonly id: string;
  readonly text: string;
  readonly spans: readonly Span[];
  readonly letter: string;
}

type Categories = NonNullable<Parameters<typeof spansOf>[1]["categories"]>;

const file = (name: string): string => readFileSync(new URL(`../../examples/letters/${name}`, import.meta.url), "utf8");
const rows = file("letters.jsonl")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);
const { categories } = parse(file("categories.yaml")) as { categories: Categories };

describe("trained on four fifths of the letters and asked the rest", () => {
  it("patterns and the values seen in training stay under an F1 of 0.45", async () => {
    expect(await f1("baseline", {})).toBeLessThan(0.45);
  });

  it("a random field lies between 0.70 and 0.95 after four epochs", async () => {
    const field = await f1("linear", { epochs: 4 });
    expect(field).toBeGreaterThan(0.7);
    expect(field).toBeLessThan(0.95);
  });
});

/** F1 of exact spans over every fifth letter. */
async function f1(name: RungName, settings: Readonly<Record<string, Setting>>): Promise<number> {
  const rung = rungOf("redact", name);
  const labels = Object.keys(categories);
  const letters = [...new Set(rows.map((r) => r.letter))].sort();
  const held = new Set(letters.filter((_, i) => i % 5 === 0));
  const asked = rows.filter((r) => held.has(r.letter));
  const material = {
    kind: "redact" as const,
    train: rows.filter((r) => !held.has(r.letter)).map(exampleOf),
    watch: [],
    labels,
    maxTextLength: 10_000,
    spans: spansOf("redact", { categories }),
  };
  const engine = onnxruntime();
  const checkpoint = { load: () => undefined, save: () => undefined };
  const { parts } = await rung.fit(
    material,
    { ...rung.defaults, ...settings },
    {
      engine,
      seed: 1,
      threads: 1,
      progress: silent,
      checkpoint,
    },
  );
  const predictor = await openPredictor(new Map(parts.map((p) => [p.name, p.bytes])), engine, { thread: "here" });
  const answers = await predictor.predictMany(asked.map((r) => r.text));
  await predictor.close();
  let hits = 0;
  let wrong = 0;
  asked.forEach(({ text, spans }, i) => {
    const answer = answers[i];
    if (answer instanceof Fault) throw answer;
    const { exact } = scoreSpans(text, { spans, unplaced: [] }, (answer as RedactPrediction).spans, labels);
    hits += exact.hits;
    wrong += exact.strays + exact.misses;
  });
  return (2 * hits) / (2 * hits + wrong);
}

function exampleOf({ id, text, spans, letter }: Row, i: number): Example {
  return {
    id,
    text,
    target: printSpans({ spans, unplaced: [] }),
    alternatives: [],
    group: letter,
    columns: {},
    source: { file: "letters.jsonl", line: i + 1 },
    given: "train",
  };
}
