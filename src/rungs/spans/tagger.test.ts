import { afterAll, describe, expect, it } from "vitest";
import { onnxruntime } from "../../engine/index.ts";
import { defaultSubwords } from "../../features/subwords.ts";
import { defaultTokenFeatures } from "../../features/tokens/spec.ts";
import { toOnnx } from "../../graph/index.ts";
import { tokensOf } from "../../spans/tokens.ts";
import type { MarkedText } from "./crf.ts";
import { allowedSteps, fitTagger, type FittedTagger, type TaggerSettings } from "./tagger.ts";

const engine = onnxruntime();
afterAll(() => engine.close());

const settings: TaggerSettings = {
  subwords: { ...defaultSubwords, minTexts: 1 },
  features: { ...defaultTokenFeatures, minTexts: 1 },
  width: 16,
  layers: 1,
  window: 12,
  overlap: 4,
  epochs: 12,
  patience: 12,
  batch: 4,
  rate: 0.01,
  warmUp: 0.1,
  dropout: 0.1,
  featureDropout: 0.1,
  swap: 0.3,
  decay: 0.01,
  clip: 5,
  share: 0.6,
};

/** A city stands behind "to", the same name elsewhere is a person; some texts are longer than the window. */
const names = ["Ada", "Basel", "Chur", "Dora", "Elsa", "Fulda", "Gina", "Halle", "Ida", "Jena"];
const marked = (before: string, name: string, after: string, label: string): MarkedText => {
  const text = `${before}${name}${after}`;
  const spans = [{ start: before.length, end: before.length + name.length, label }];
  return { text, tokens: tokensOf(text), spans };
};
const rows = names.flatMap((name, i) => [
  marked("a trip to ", name, " and back", "city"),
  marked("", name, ` writes, and goes on ${"and on ".repeat(i % 4)}to the end`, "person"),
]);
const labels = ["city", "person"];

function fit(watched: readonly MarkedText[]): Promise<FittedTagger> {
  const checkpoint = { load: () => undefined, save: () => undefined };
  return fitTagger(rows, watched, labels, settings, { engine, seed: 3, threads: 1, checkpoint });
}

describe("fitTagger", () => {
  it("tells labels by what stands around, and chooses the share on what is watched", async () => {
    const { curve, bestEpoch, share } = await fit(rows);
    expect(curve[bestEpoch - 1].watched).toBe(1);
    expect(share).toBe(0.5);
  });

  it("trains to the end with the share given where nothing is watched, to the same bytes each time", async () => {
    const [one, again] = [await fit([]), await fit([])];
    expect(one.curve.map(({ watched }) => watched)).toEqual(Array(12).fill(null));
    expect([one.bestEpoch, one.share]).toEqual([12, 0.6]);
    expect(toOnnx(again.graph)).toEqual(toOnnx(one.graph));
  });
});

describe("allowedSteps", () => {
  it("lets I follow B and I of its own label alone, and nothing begin with I", () => {
    const { dims, data } = allowedSteps(5);
    expect(dims).toEqual([6, 6]);
    const into = (tag: number): number[] => [0, 1, 2, 3, 4, 5].filter((from) => data[from * 6 + tag] === 1);
    expect(into(0)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(into(2)).toEqual([1, 2]);
    expect(into(4)).toEqual([3, 4]);
    expect(into(5)).toEqual([0, 1, 2, 3, 4]);
  });
});
