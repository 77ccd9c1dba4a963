import { type Builder, extend, type Graph, type LossOptions, type Value } from "../../graph/index.ts";
import { distil } from "../../graph/training/distil.ts";
import { hintInput } from "./hints.ts";
import { type Answers, withSaid } from "./said.ts";

export interface LossSettings extends Answers {
  /** Of KL; see graph/training/distil. */
  readonly temperature: number;
  /** Values of the graph that are held to the parent's. */
  readonly hints: readonly string[];
  /** By how much the hints count. */
  readonly weight: number;
  /** The mean of the squares of what the teacher says, for numbers. */
  readonly size: number;
}

/** What counts as nothing, so that nothing is divided by 0. */
const LEAST = 1e-12;

/**
 * The graph with the loss of healing, a scalar. A step is fed `teacher`, `row_weights` and the hints beside the inputs.
 *
 *   Σ weight·d(teacher, said) / Σ weight  +  weight of hints · mean over hints of  Σ (parent's − own)² / Σ parent's²
 *
 * where d is the KL of a row at the temperature, or of numbers the mean squared error over `size`.
 */
export function withLoss(graph: Graph, settings: LossSettings): { readonly graph: Graph; readonly loss: LossOptions } {
  const shown = withSaid(graph, settings);
  const said = shown.graph.outputs.find((v) => v.name === shown.said);
  // The step says that the model has no such output.
  if (said === undefined) return { graph, loss: { kind: "distil", logits: shown.said } };
  const b = extend(shown.graph);
  const weights = b.input("row_weights", "float32", said.dims.slice(0, -1));
  const each = settings.holds === "numbers" ? squaredError(b, said, settings.size) : kl(b, said, settings.temperature);
  const answers = b.op("Div", [sum(b, b.op("Mul", [each, weights])), b.op("Max", [sum(b, weights), b.scalar(LEAST)])]);
  const values = new Map(shown.graph.nodes.flatMap((node) => node.outputs.map((v) => [v?.name, v] as const)));
  const hints = settings.hints.map((name) => relativeError(b, values.get(name)!, hintInput(name)));
  const share = b.scalar(settings.weight / Math.max(1, hints.length));
  const loss = "healing.loss";
  b.output(
    loss,
    hints.reduce((total, hint) => b.op("Add", [total, b.op("Mul", [hint, share])]), answers),
  );
  return { graph: b.finish(), loss: { kind: "given", loss } };
}

const sum = (b: Builder, v: Value): Value => b.op("ReduceSum", [v], { keepdims: 0 });

function kl(b: Builder, said: Value, temperature: number): Value {
  return distil(b, said, { kind: "distil", logits: said.name, temperature });
}

function squaredError(b: Builder, said: Value, size: number): Value {
  const off = b.op("Sub", [said, b.input("teacher", "float32", said.dims)]);
  const mean = b.op("ReduceMean", [b.op("Mul", [off, off]), b.ints([-1])], { keepdims: 0 });
  return b.op("Mul", [mean, b.scalar(1 / Math.max(size, LEAST))]);
}

function relativeError(b: Builder, own: Value, input: string): Value {
  const parents = b.input(input, "float32", own.dims);
  const off = b.op("Sub", [own, parents]);
  const size = b.op("Max", [sum(b, b.op("Mul", [parents, parents])), b.scalar(LEAST)]);
  return b.op("Div", [sum(b, b.op("Mul", [off, off])), size]);
}
