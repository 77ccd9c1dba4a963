import { describe, expect, it } from "vitest";
import { tensor, type Tensor } from "../base/tensor.ts";
import { defaultSubwords, fitSubwords } from "./subwords.ts";
import { tokenFeedsOf } from "./tokenfeeds.ts";

/** Twelve tokens in four lines of three, whose features come in pieces of five: token t has t + 1, its line 100 + line. */
const text = "aa bb cc dd ee ff gg hh ii jj kk ll";
const tokens = Int32Array.from([...text.matchAll(/\S+/g)].flatMap((m) => [m.index, m.index + m[0].length]));
const lineOf = (t: number): number => Math.floor(t / 3);
const ints = (dims: readonly number[], values: readonly number[]): Tensor<"int32"> =>
  tensor("int32", dims, Int32Array.from(values));
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const pieces = [
  [0, 5],
  [5, 10],
  [10, 12],
].map(([from, to], p) => {
  const lines = range(lineOf(from), lineOf(to - 1) + 1);
  // Pieces are of different widths.
  const wide = p + 1;
  return {
    ids: ints(
      [to - from, wide],
      range(from, to).flatMap((t) => [t + 1, ...Array<number>(wide - 1).fill(0)]),
    ),
    line: ints(
      [to - from],
      range(from, to).map((t) => lineOf(t) - lineOf(from)),
    ),
    line_ids: ints(
      [lines.length, 1],
      lines.map((l) => 100 + l),
    ),
  };
});
const subwords = fitSubwords({ ...defaultSubwords, minTexts: 1 }, [{ text, tokens }]);
const feedsOf = (stretches: readonly { first: number; end: number }[]): ReturnType<typeof tokenFeedsOf> =>
  tokenFeedsOf({ feeds: () => pieces }, subwords, text, tokens, stretches);

describe("tokenFeedsOf", () => {
  it("gives a stretch what the whole text has there, whatever the pieces are cut at", () => {
    for (let first = 0; first < 12; first++) {
      for (let end = first + 1; end <= 12; end++) {
        const [{ ids, line, line_ids, subwords: bags }] = feedsOf([{ first, end }]);
        expect([ids.dims[0], line.dims[0], bags.dims[0]]).toEqual(Array(3).fill(end - first));
        range(first, end).forEach((t, i) => {
          const own = [...ids.data.subarray(i * ids.dims[1], (i + 1) * ids.dims[1])];
          expect(own.filter((id) => id > 0)).toEqual([t + 1]);
          expect(line_ids.data[line.data[i] * line_ids.dims[1]]).toBe(100 + lineOf(t));
        });
      }
    }
  });

  it("gives every token the bag of its subwords, counted from 1", () => {
    const [{ subwords: bags }] = feedsOf([{ first: 2, end: 9 }]);
    range(2, 9).forEach((t, i) => {
      const bag = [...bags.data.subarray(i * bags.dims[1], (i + 1) * bags.dims[1])].filter((id) => id > 0);
      const known = [...subwords.ids.subarray(subwords.offsets[t], subwords.offsets[t + 1])];
      expect(bag).toEqual(known.map((id) => id + 1));
    });
  });

  it("has nothing to give of no stretch", () => {
    expect(feedsOf([])).toEqual([]);
  });
});
