import { extend, type Graph } from "../../graph/index.ts";
import type { Answers } from "./divergence.ts";

/** Below this a share's logarithm is no longer told apart in single precision. */
const LEAST = 1e-30;

/** The graph with logits among its outputs, and their name. Logarithms of shares are logits: softmax(log p) = p. */
export function withLogits(
  graph: Graph,
  { output, shares }: Answers,
): { readonly graph: Graph; readonly logits: string } {
  const found = graph.outputs.find((v) => v.name === output);
  if (shares !== true || found === undefined) return { graph, logits: output };
  const b = extend(graph);
  const logits = `${output}.logits`;
  b.output(logits, b.op("Log", [b.op("Max", [found, b.scalar(LEAST)])]));
  return { graph: b.finish(), logits };
}
