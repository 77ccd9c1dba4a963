import { afterAll, describe, expect, it } from "vitest";
import { Fault } from "../../src/base/fault.ts";
import { silent } from "../../src/base/progress.ts";
import { random } from "../../src/base/random.ts";
import { onnxruntime } from "../../src/engine/onnxruntime/index.ts";
import { kindOf } from "../../src/kinds/table.ts";
import { openPredictor } from "../../src/predict/predictor.ts";
import type { Example } from "../../src/record/dataset.ts";
import type { Fitted, Material } from "../../src/rungs/rung.ts";
import { ladderOf, rungOf } from "../../src/rungs/table.ts";
import { printSpans, type Span } from "../../src/spans/span.ts";

/** The laws of src/rungs/rung.ts, for every rung of the kinds that find spans. */
const engine = onnxruntime();
afterAll(() => engine.close());

const streets = ["Mill Lane", "Oak Road", "High Street", "Park Row"];
const things = ["lamp", "chair", "kettle", "desk", "mirror"];
const openings = ["please send the", "we still wait for the", "bring back the", "she bought a"];

/** A thing, and somewhere an address: learnt by its form (an e-mail), by its words, and by what stands before it. */
function madeRows(n: number): Example[] {
  const r = random(3, "made spans");
  const pick = (from: readonly string[]): string => from[r.below(from.length)];
  return Array.from({ length: n }, (_, i) => {
    let text = `${pick(openings)} `;
    const spans: Span[] = [];
    const mark = (value: string, label: string): void => {
      spans.push({ start: text.length, end: text.length + value.length, label });
      text += value;
    };
    mark(pick(things), "thing");
    text += " to ";
    if (i % 2 === 0) mark(`${1 + r.below(90)} ${pick(streets)}`, "place");
    else mark(`u${r.below(1000)}@mail.example`, "email");
    text += i % 3 === 0 ? ", thank you" : ".";
    const id = i.toString(16).padStart(16, "0");
    const source = { file: "made", line: i + 1 };
    const target = printSpans({ spans, unplaced: [] });
    return { id, text, target, alternatives: [], group: null, columns: {}, source, given: "train" };
  });
}

const rows = madeRows(150);
const spans = { fields: {}, categories: {}, patterns: [], leakRate: 1 };

describe.each(["extract", "redact"] as const)("kind %s", (kind) => {
  // "never" is declared by the task and stands in no row.
  const labels = ["email", "never", "place", "thing"];
  const material: Material = { kind, train: rows.slice(0, 120), watch: [], labels, maxTextLength: 2000, spans };

  describe.each(ladderOf(kind))("rung %s", (name) => {
    function fit(seed = 7): Promise<Fitted> {
      const rung = rungOf(kind, name);
      // Laws do not hang on how long a network trains.
      const settings = "epochs" in rung.defaults ? { ...rung.defaults, epochs: 5 } : rung.defaults;
      const checkpoint = { load: (): undefined => undefined, save: (): void => undefined };
      return rung.fit(material, settings, { engine, seed, threads: 1, progress: silent, checkpoint });
    }

    it("learns, and answers through the predictor, the same for the same seed", { timeout: 60_000 }, async () => {
      const fitted = await fit();
      // Training is the same for both kinds: once is enough to see that it repeats.
      const again = kind === "extract" ? await fit() : fitted;
      fitted.parts.forEach((part, i) => expect(Buffer.compare(part.bytes, again.parts[i].bytes)).toBe(0));
      const parts = new Map(fitted.parts.map((p) => [p.name, p.bytes]));
      const predictor = await openPredictor(parts, engine, { thread: "here" });
      const held = rows.slice(120);
      const answers = await predictor.predictMany(held.map((row) => row.text));
      await predictor.close();
      const { answerOf, isRight } = kindOf(kind);
      let right = 0;
      answers.forEach((said, i) => {
        if (said instanceof Fault) throw said;
        const { text, target } = held[i];
        if (isRight({ text, target: target as string, answer: answerOf(said) }, spans)) right++;
      });
      // The humble baseline of redact holds no words of the rows: it finds what has a form of its own.
      expect(right / held.length).toBeGreaterThanOrEqual(name !== "baseline" ? 0.8 : kind === "redact" ? 0 : 0.4);
    });
  });
});
