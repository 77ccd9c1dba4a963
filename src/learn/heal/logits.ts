import { extend, type Graph } from "../../graph/index.ts";

/**
 * The graph with the logits behind an output of shares: what its last Softmax reads, as an output of its own. Where no
 * Softmax along the last axis makes the output, that is the logits.
 */
export function withLogits(graph: Graph, output: string): { readonly graph: Graph; readonly logits: string } {
  const shares = graph.outputs.find((v) => v.name === output);
  const maker = graph.nodes.find((node) => node.outputs[0] === shares && node.op === "Softmax");
  const read = maker?.inputs[0];
  const axis = maker?.attributes.axis;
  if (read === undefined || (axis !== -1 && axis !== read.dims.length - 1)) return { graph, logits: output };
  const b = extend(graph);
  const logits = `${output}.logits`;
  b.output(logits, read);
  return { graph: b.finish(), logits };
}
