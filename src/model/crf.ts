import { tensor } from "../base/tensor.ts";
import { builder, type Graph, type Value } from "../graph/index.ts";

export interface CrfWeights {
  /** [features, tags], row-major. */
  readonly weights: Float32Array;
  /** [tags + 1, tags + 1], as in spans/lattice. */
  readonly transitions: Float32Array;
}

/**
 * A linear-chain random field as a forward graph: reads `line_ids` int32 [lines, most], the features that the tokens of a
 * line share, `line` int32 [tokens], the line that each token stands in, and the features of each token itself in as many
 * matrices as `parts` says, `ids`, `ids.1`, …, int32 [rows, most] each: tokens with many features would else fill up the
 * rows of those with few. `place` int32 [tokens] is the row of each token, counted through all of them. Gives `emissions`
 * float32 [tokens, tags] and `transitions` float32 [tags + 1, tags + 1].
 *
 * The weights of tag 0 are taken from those of the others and are not kept: what all tags of a token have in common moves
 * no path's probability, and rows of 2 · labels floats fill whole lines of a processor's cache where labels are a multiple of 8.
 * So the emissions of tag 0 are 0.
 *
 * Features are counted from 1 and filled up with 0, whose row is zeros. Memory is cells · tags: long texts are run in
 * pieces, which changes no emission.
 */
export function crfNetwork({ weights, transitions }: CrfWeights, parts: readonly string[]): Graph {
  const b = builder("crf");
  const stride = Math.round(Math.sqrt(transitions.length));
  const tags = stride - 1;
  const rows = weights.length / tags + 1;
  const kept = new Float32Array(rows * (tags - 1));
  for (let f = 1; f < rows; f++) {
    const of = (f - 1) * tags;
    for (let k = 1; k < tags; k++) kept[f * (tags - 1) + k - 1] = weights[of + k] - weights[of];
  }
  const table = b.parameter("weights_by_feature", tensor("float32", [rows, tags - 1], kept));
  const sum = (name: string): Value => {
    const ids = b.input(name, "int32", [`rows of ${name}`, `most of ${name}`]);
    return b.op("ReduceSum", [b.op("Gather", [table, ids], { axis: 0 }), b.ints([1])], { keepdims: 0 });
  };
  const pick = (rows: Value, name: string): Value =>
    b.op("Gather", [rows, b.input(name, "int32", ["tokens"])], { axis: 0 });
  const own = pick(b.op("Concat", parts.map(sum), { axis: 0 }), "place");
  const others = b.op("Add", [own, pick(sum("line_ids"), "line")]);
  b.output("emissions", b.op("Pad", [others, b.ints([0, 1, 0, 0])]));
  const steps = b.parameter("transitions.steps", tensor("float32", [stride, stride], transitions));
  b.output("transitions", b.op("Identity", [steps]));
  return b.finish();
}
