import { describe, expect, it } from "vitest";
import { random } from "../base/random.ts";
import { tensor } from "../base/tensor.ts";
import { fromOnnx, type Graph, toOnnx } from "../graph/index.ts";
import { interpret } from "../graph/meaning/interpret.ts";
import { quantise } from "../graph/quantise/quantise.ts";
import { crfNetwork } from "./crf.ts";

const FEATURES = 300;
const TAGS = 5;
const draw = random(1, "crf");
const normal = (length: number): Float32Array => Float32Array.from({ length }, () => draw.normal());
const weights = normal(FEATURES * TAGS);
const transitions = normal((TAGS + 1) ** 2);
const graph = crfNetwork({ weights, transitions }, ["ids", "ids.1"]);
const feeds = {
  ids: tensor("int32", [1, 1], Int32Array.of(1)),
  "ids.1": tensor("int32", [2, 3], Int32Array.of(0, 0, 0, 300, 7, 7)),
  place: tensor("int32", [2], Int32Array.of(0, 2)),
  line: tensor("int32", [2], Int32Array.of(0, 1)),
  line_ids: tensor("int32", [2, 1], Int32Array.of(0, 9)),
};
const run = (g: Graph): Float32Array[] => {
  const { emissions, transitions: steps } = interpret(g, feeds);
  expect(emissions.dims).toEqual([2, TAGS]);
  expect(steps.dims).toEqual([TAGS + 1, TAGS + 1]);
  return [emissions.data as Float32Array, steps.data as Float32Array];
};

describe("the random field as a graph", () => {
  it("sums the rows of a token's features and its line's, from 1, and padding adds nothing; what tag 0 has is taken from all", () => {
    const [emissions, steps] = run(fromOnnx(toOnnx(graph)));
    const row = (feature: number): Float32Array =>
      weights.subarray((feature - 1) * TAGS, feature * TAGS).map((w, _, all) => w - all[0]);
    expect(Array.from(emissions.subarray(0, TAGS))).toEqual(Array.from(row(1)));
    for (let k = 0; k < TAGS; k++) expect(emissions[TAGS + k]).toBeCloseTo(row(300)[k] + 2 * row(7)[k] + row(9)[k], 5);
    expect(steps).toEqual(transitions);
  });

  it.each([
    ["fp16", quantise(graph, { to: "fp16" }).graph, 0.01],
    ["int8", quantise(graph, { to: "int8" }).graph, 0.05],
  ])("%s: nearly the same emissions, and rows are picked from the small table", (_, small, most) => {
    const exact = run(graph)[0];
    run(small)[0].forEach((v, i) => expect(Math.abs(v - exact[i])).toBeLessThan(most));
    expect(small.nodes.flatMap((n) => n.outputs).map((v) => v?.dims[0])).not.toContain(FEATURES + 1);
  });
});
