import { describe, expect, it } from "vitest";
import { random } from "../../base/random.ts";
import { defaultSubwords, fitSubwords } from "../../features/subwords.ts";
import { Swapper, taggedRows, type TaggedRows } from "./rows.ts";

function rowsOf(tagged: readonly (readonly number[])[], window: number): TaggedRows {
  const texts = tagged.map((tags) => ({
    text: "ab ".repeat(tags.length),
    tokens: Int32Array.from({ length: 2 * tags.length }, (_, i) => 3 * (i >> 1) + 2 * (i % 2)),
  }));
  const reader = fitSubwords({ ...defaultSubwords, minTexts: 1 }, texts);
  return taggedRows(
    reader,
    texts,
    tagged.map((tags) => Int32Array.from(tags)),
    window,
  );
}

describe("taggedRows", () => {
  it("cuts what is longer than the window, evenly and between spans, and leaves out what has no tokens", () => {
    const { starts, tags, offsets } = rowsOf([[0, 0, 0, 1, 2, 2, 0, 3, 0], [], [0]], 5);
    expect([...starts]).toEqual([0, 3, 6, 9, 10]);
    expect([...tags]).toEqual([0, 0, 0, 1, 2, 2, 0, 3, 0, 0]);
    expect(offsets).toHaveLength(11);
  });

  it("goes on with a span that no window holds as another of its label", () => {
    const { starts, tags } = rowsOf([[1, 2, 2, 2, 2, 2, 2]], 4);
    expect([...starts]).toEqual([0, 4, 7]);
    expect([...tags]).toEqual([1, 2, 2, 2, 1, 2, 2]);
  });
});

describe("Swapper", () => {
  const rows = rowsOf(
    [
      [0, 1, 2, 0, 3],
      [1, 3, 4, 4],
      [0, 0],
    ],
    6,
  );
  const swapper = new Swapper(rows, 6);

  it("leaves rows alone at a share of 0, and those without spans always", () => {
    expect([...swapper.tokens(0, 0, random(1, "a"))]).toEqual([0, 1, 2, 3, 4]);
    expect([...swapper.tokens(2, 1, random(1, "a"))]).toEqual([9, 10]);
  });

  it("puts whole spans of the same label in the place of spans, and nothing else", () => {
    const fits = (tokens: string): boolean => tokens.split(",").length <= 6;
    const stream = random(2, "b");
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const tokens = [...swapper.tokens(0, 0.7, stream)];
      seen.add(tokens.join());
      expect(tokens.length).toBeLessThanOrEqual(6);
    }
    expect([...seen].sort()).toEqual(["0,1,2,3,4", "0,1,2,3,6,7,8", "0,5,3,4", "0,5,3,6,7,8"].filter(fits));
  });
});
