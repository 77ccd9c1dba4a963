import { tensor } from "../base/tensor.ts";
import { builder, type Graph, type Value } from "../graph/index.ts";

export interface CrfWeights {
  /** [features, tags], row-major. */
  readonly weights: Float32Array;
  /** [tags + 1, tags + 1], as in spans/lattice. */
  readonly transitions: Float32Array;
}

/**
 * A linear-chain random field as a forward graph: reads `ids` int32 [tokens, most], the features of each token itself,
 * `line` int32 [tokens], the line that it stands in, and `line_ids` int32 [lines, most], the features that the tokens of a
 * line share; gives `emissions` float32 [tokens, tags] and `transitions` float32 [tags + 1, tags + 1].
 *
 * Features are counted from 1 and filled up with 0, whose row is zeros. Memory is tokens · most · tags: long texts are run
 * in pieces, which changes no emission.
 */
export function crfNetwork({ weights, transitions }: CrfWeights): Graph {
  const b = builder("crf");
  const stride = Math.round(Math.sqrt(transitions.length));
  const tags = stride - 1;
  const padded = new Float32Array(weights.length + tags);
  padded.set(weights, tags);
  const table = b.parameter("weights_by_feature", tensor("float32", [padded.length / tags, tags], padded));
  const sum = (ids: Value): Value =>
    b.op("ReduceSum", [b.op("Gather", [table, ids], { axis: 0 }), b.ints([1])], { keepdims: 0 });
  const own = sum(b.input("ids", "int32", ["tokens", "most"]));
  const lines = sum(b.input("line_ids", "int32", ["lines", "most_of_lines"]));
  const shared = b.op("Gather", [lines, b.input("line", "int32", ["tokens"])], { axis: 0 });
  b.output("emissions", b.op("Add", [own, shared]));
  const steps = b.parameter("transitions.steps", tensor("float32", [stride, stride], transitions));
  b.output("transitions", b.op("Identity", [steps]));
  return b.finish();
}
