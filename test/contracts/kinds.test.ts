import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classified } from "../../src/kinds/classify/decode.ts";
import type { ScoredRow } from "../../src/kinds/kind.ts";
import { kindOf } from "../../src/kinds/table.ts";
import type { Quality } from "../../src/record/evaluation.ts";
import type { Manifest } from "../../src/record/manifest.ts";
import type { Scored } from "../../src/record/scored.ts";
import { type KindName, kindNames } from "../../src/record/task.ts";
import { printSpans, type Span } from "../../src/spans/span.ts";
import { tagCount, tagsOf } from "../../src/spans/tags.ts";
import { tokensOf } from "../../src/spans/tokens.ts";
import { isKnown } from "../../src/stats/estimate.ts";

/** The laws of src/kinds/kind.ts, for every kind. */
const labels = ["a", "b", "c"];

function manifestOf(kind: KindName): Manifest {
  const plain = { program: { type: "onnx" as const, part: "model.onnx" }, inputs: [], labels, temperature: 1 };
  const spans = { fields: {}, categories: {}, patterns: [], leakRate: 0.1, outsideBias: 0 };
  return {
    kind,
    ...plain,
    scopeThreshold: null,
    maxTextLength: 1000,
    ...(kind === "classify" ? {} : { spans }),
  };
}

/** A text with what is right in it and what a program might say of it; `bend` 0 says what is right. */
interface Made {
  readonly text: string;
  readonly target: string;
  readonly scored: Scored;
}

interface Draw {
  readonly target: number;
  readonly words: number;
  readonly bend: readonly number[];
}

const letters = "abcdefghijklmnopqrstuvwxyz";

function made(kind: KindName, { target, words, bend }: Draw): Made {
  // Words that differ: what repeats in a text is marked again by redact.
  const text = Array.from({ length: 1 + words }, (_, i) => `${letters[i % 26]}${letters[Math.floor(i / 26)]}o`).join(
    " ",
  );
  if (kind === "classify") {
    const logits = Float32Array.from(labels, (_, k) => (k === target ? 9 : 0) + (bend[k] ?? 0));
    return { text, target: labels[target], scored: { form: "classes", logits, windows: 1 } };
  }
  const tokens = tokensOf(text);
  const at = target % (tokens.length / 2);
  const spans: Span[] = [{ start: tokens[2 * at], end: tokens[2 * at + 1], label: labels[target] }];
  const tags = tagCount(labels.length);
  const right = tagsOf(spans, tokens, labels);
  const emissions = Float32Array.from(
    { length: right.length * tags },
    (_, i) => (right[Math.floor(i / tags)] === i % tags ? 9 : 0) + (bend.length === 0 ? 0 : bend[i % bend.length]),
  );
  const transitions = new Float32Array((tags + 1) ** 2);
  const lattice = { tokens, emissions, transitions, windows: 1 };
  return { text, target: printSpans({ spans, unplaced: [] }), scored: { form: "lattice", lattice } };
}

const draw = fc.record({
  target: fc.nat(2),
  words: fc.nat(60),
  bend: fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 3, maxLength: 7 }),
});

/** The same figures but for the last digits, in which sums in another order differ. */
function near(quality: Quality): unknown {
  const close = (x: unknown): unknown => (typeof x === "number" ? (expect.closeTo(x, 9) as unknown) : x);
  return Object.fromEntries(
    Object.entries(quality).map(([metric, figure]) => [
      metric,
      Object.fromEntries(Object.entries(figure).map(([name, x]) => [name, close(x)])),
    ]),
  );
}

describe.each(kindNames)("kind %s", (name) => {
  const kind = kindOf(name);
  const manifest = manifestOf(name);
  const spec = manifest.spans ?? null;

  function rows(draws: readonly Draw[]): ScoredRow[] {
    return draws.map((drawn, i) => {
      const { text, target, scored } = made(name, drawn);
      const columns = { channel: i % 2 === 0 ? "email" : "chat" };
      return {
        id: String(i),
        text,
        target,
        columns,
        group: null,
        answer: kind.answerOf(kind.decode(scored, text, manifest)),
      };
    });
  }
  const cases = fc.array(draw, { minLength: 1, maxLength: 80 });

  it("decodes to an answer in its printed form, sure between 0 and 1 and likeliest first; temperature moves no answer", () => {
    fc.assert(
      fc.property(draw, fc.double({ min: 0.05, max: 20, noNaN: true }), (drawn, temperature) => {
        const { text, scored } = made(name, drawn);
        const [plain, warm] = [manifest, { ...manifest, temperature }].map((m) => kind.decode(scored, text, m));
        for (const prediction of [plain, warm]) {
          const { label, confidence } = kind.answerOf(prediction);
          expect(confidence).toBeGreaterThanOrEqual(0);
          expect(confidence).toBeLessThanOrEqual(1);
          expect(kind.likelyOf(prediction)[0]).toEqual([label, confidence]);
        }
        expect(kind.answerOf(warm).label).toBe(kind.answerOf(plain).label);
      }),
    );
  });

  it("calls what is right right, and names its labels", () => {
    fc.assert(
      fc.property(draw, (drawn) => {
        const [row] = rows([{ ...drawn, bend: [] }]);
        expect(kind.isRight(row, spec)).toBe(true);
        expect(kind.labelsIn(row.target)).toEqual([labels[drawn.target]]);
        expect(kind.inWords(row.target, row.text)).toContain(labels[drawn.target]);
      }),
    );
  });

  it("scores spans as it calls answers right; kinds without spans have no such score", () => {
    fc.assert(
      fc.property(draw, (drawn) => {
        const [row] = rows([drawn]);
        if (name === "classify") expect(kind.scoreOf).toBeNull();
        else expect(kind.scoreOf?.(row, spec).right).toBe(kind.isRight(row, spec));
      }),
    );
  });

  it("calibrates on rows that were answered, and stays as it was where there are none", () => {
    const answered = Array.from({ length: 40 }, (_, i) => made(name, { target: i % 3, words: i, bend: [0, 1, 2] }));
    expect(kind.calibrate(answered, manifest).temperature).toBeGreaterThan(0);
    expect(kind.calibrate([], { ...manifest, temperature: 3 }).temperature).toBe(3);
  });

  it("slices inputs whatever was answered: none empty, no row twice in one, names distinct", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const asked = rows(drawn);
        const slices = kind.slices(asked);
        expect(new Set(slices.map((slice) => slice.name)).size).toBe(slices.length);
        for (const { rows: members } of slices) {
          expect(members.length).toBeGreaterThan(0);
          expect(new Set(members).size).toBe(members.length);
          expect(members.every((i) => i >= 0 && i < asked.length)).toBe(true);
        }
        const unanswered = asked.map(({ text, target, columns }) => ({ text, target, columns }));
        expect(kind.slices(unanswered)).toEqual(slices);
      }),
    );
  });

  it("measures every figure that it names, whatever the rows; known values lie in their interval", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { quality, slices } = kind.measure(rows(drawn), spec);
        expect(Object.keys(quality).sort()).toEqual(Object.keys(kind.metrics).sort());
        for (const figure of [...Object.values(quality), ...slices.flatMap((slice) => Object.values(slice.quality))]) {
          if (!isKnown(figure)) expect(figure.undetermined).not.toBe("");
          else {
            expect(figure.low).toBeLessThanOrEqual(figure.value + 1e-12);
            expect(figure.high).toBeGreaterThanOrEqual(figure.value - 1e-12);
          }
        }
      }),
    );
  });

  it("does not hang on the order of the rows", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const forward = rows(drawn);
        const backward = [...forward].reverse();
        const { quality, slices, confusions } = kind.measure(backward, spec);
        const first = kind.measure(forward, spec);
        expect(quality).toEqual(near(first.quality));
        expect(slices).toEqual(first.slices.map((slice) => ({ ...slice, quality: near(slice.quality) })));
        expect(confusions).toEqual(first.confusions);
      }),
    );
  });

  it("has its best figures where all answers are right, and undetermined ones where nothing can be said", () => {
    const right = rows(Array.from({ length: 30 }, (_, i) => ({ target: i % 2, words: 9, bend: [] })));
    const { quality, slices, confusions } = kind.measure(right, spec);
    const [headline, better] = Object.entries(kind.metrics)[0];
    expect(quality[headline]).toMatchObject({ value: better === "higher" ? 1 : 0, n: 30 });
    expect(confusions).toEqual([]);
    expect(slices.map((slice) => slice.name)).toContain("channel=email");
    expect(Object.values(kind.measure([], spec).quality).every((figure) => !isKnown(figure))).toBe(true);
  });
});

describe("kind classify", () => {
  it("decodes to probabilities of every label, the answer the likeliest", () => {
    const { decode } = kindOf("classify");
    fc.assert(
      fc.property(draw, (drawn) => {
        const { text, scored } = made("classify", drawn);
        const { label, confidence, scores } = classified(decode(scored, text, manifestOf("classify")));
        expect(Object.values(scores).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        expect(confidence).toBe(Math.max(...Object.values(scores)));
        expect(scores[label]).toBe(confidence);
      }),
    );
  });

  it("has no precision for a label that was never predicted", () => {
    const { measure, answerOf, decode } = kindOf("classify");
    const logits = Float32Array.of(9, 0, 0);
    const answer = answerOf(decode({ form: "classes", logits, windows: 1 }, "ao", manifestOf("classify")));
    const { slices } = measure([{ id: "0", text: "ao", target: "c", columns: {}, group: null, answer }], null);
    const missed = slices.find((slice) => slice.name === "label=c");
    expect(missed?.quality["precision"]).toHaveProperty("undetermined");
  });
});
