import { tensor } from "../base/tensor.ts";
import { builder, type Graph } from "../graph/index.ts";

export interface CrfWeights {
  /** [features, tags], row-major. */
  readonly weights: Float32Array;
  /** [tags + 1, tags + 1], as in spans/lattice. */
  readonly transitions: Float32Array;
}

/**
 * A linear-chain random field as a forward graph: reads `ids` int32 [tokens, most], features of each token counted from 1,
 * filled up with 0, and gives `emissions` float32 [tokens, tags] and `transitions` float32 [tags + 1, tags + 1].
 *
 * Row 0 of the table is zeros, so padding adds nothing. Memory is tokens · most · tags: long texts are run in pieces,
 * which changes no emission.
 */
export function crfNetwork({ weights, transitions }: CrfWeights): Graph {
  const b = builder("crf");
  const stride = Math.round(Math.sqrt(transitions.length));
  const tags = stride - 1;
  const padded = new Float32Array(weights.length + tags);
  padded.set(weights, tags);
  const table = b.parameter("weights_by_feature", tensor("float32", [padded.length / tags, tags], padded));
  const ids = b.input("ids", "int32", ["tokens", "most"]);
  const rows = b.op("Gather", [table, ids], { axis: 0 });
  b.output("emissions", b.op("ReduceSum", [rows, b.ints([1])], { keepdims: 0 }));
  const steps = b.parameter("transitions.steps", tensor("float32", [stride, stride], transitions));
  b.output("transitions", b.op("Identity", [steps]));
  return b.finish();
}
