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
 * Features are counted from 1 and filled up with 0, whose row is zeros. Memory is cells · tags: long texts are run in
 * pieces, which changes no emission.
 */
export function crfNetwork({ weights, transitions }: CrfWeights, parts: readonly string[]): Graph {
  const b = builder("crf");
  const stride = Math.round(Math.sqrt(transitions.length));
  const tags = stride - 1;
  const padded = new Float32Array(weights.length + tags);
  padded.set(weights, tags);
  const table = b.parameter("weights_by_feature", tensor("float32", [padded.length / tags, tags], padded));
  const sum = (name: string): Value => {
    const ids = b.input(name, "int32", [`rows of ${name}`, `most of ${name}`]);
    return b.op("ReduceSum", [b.op("Gather", [table, ids], { axis: 0 }), b.ints([1])], { keepdims: 0 });
  };
  const pick = (rows: Value, name: string): Value =>
    b.op("Gather", [rows, b.input(name, "int32", ["tokens"])], { axis: 0 });
  const own = pick(b.op("Concat", parts.map(sum), { axis: 0 }), "place");
  b.output("emissions", b.op("Add", [own, pick(sum("line_ids"), "line")]));
  const steps = b.parameter("transitions.steps", tensor("float32", [stride, stride], transitions));
  b.output("transitions", b.op("Identity", [steps]));
  return b.finish();
}
