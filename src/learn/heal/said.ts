import { extend, type Graph, type Value } from "../../graph/index.ts";

/**
 * What an output holds, and by it how far two models' answers are apart:
 *
 *   logits          [rows…, classes]   KL(softmax(teacher) ‖ softmax(said)), row by row
 *   probabilities   [rows…, classes]   the same: logarithms of shares that sum to 1 are logits
 *   truths          [rows…, truths]    logits of one truth each: KL of its two chances, truth by truth
 *   numbers         [rows…, values]    Σ (teacher − said)² / Σ teacher², over all
 */
export type Holds = "logits" | "probabilities" | "truths" | "numbers";

/** Where a model's answers are. */
export interface Answers {
  readonly output: string;
  /** "logits" when not told. */
  readonly holds?: Holds;
}

/** The graph with what is compared among its outputs, and the name of that: logits [rows…, classes] or numbers. */
export interface Shown {
  readonly graph: Graph;
  readonly said: string;
}

/** Below this a share's logarithm is no longer told apart in single precision. */
const LEAST = 1e-30;

export function withSaid(graph: Graph, { output, holds = "logits" }: Answers): Shown {
  const found = graph.outputs.find((v) => v.name === output);
  // Whoever runs or trains the graph says that it has no such output.
  if (found === undefined) return { graph, said: output };
  const ones = onesBehind(found);
  const rank = found.dims.length - ones;
  if (ones === 0 && (holds === "logits" || (holds === "numbers" && rank > 1))) return { graph, said: output };
  const b = extend(graph);
  const axes = Array.from({ length: ones }, (_, i) => rank + i);
  const flat = ones === 0 ? found : b.op("Squeeze", [found, b.ints(axes)]);
  const onItsOwn = (v: Value): Value => b.op("Unsqueeze", [v, b.ints([-1])]);
  const shown = ((): Value => {
    switch (holds) {
      case "logits":
        return flat;
      case "probabilities":
        return b.op("Log", [b.op("Max", [flat, b.scalar(LEAST)])]);
      case "truths":
        // The sigmoid of z is the softmax of z and 0.
        return b.op("Concat", [onItsOwn(flat), onItsOwn(b.op("Mul", [flat, b.scalar(0)]))], { axis: -1 });
      case "numbers":
        return rank > 1 ? flat : onItsOwn(flat);
    }
  })();
  const said = `${output}.said`;
  b.output(said, shown);
  return { graph: b.finish(), said };
}

/** Axes of one element behind the second, as the last convolution of a model leaves them. */
function onesBehind({ dims }: Value): number {
  let count = 0;
  while (dims.length - count > 2 && dims[dims.length - 1 - count] === 1) count++;
  return count;
}
