import { Fault } from "../../base/fault.ts";
import { float32 } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import { printFact, type Value } from "../ir.ts";
import { distil, type DistilOptions } from "./distil.ts";

/** A loss over the named output of the model, or that output itself. Every row counts by its weight, so a padded row (weight 0) counts nothing. */
export type LossOptions = CrossEntropyOptions | BinaryCrossEntropyOptions | DistilOptions | GivenLossOptions;

export interface CrossEntropyOptions {
  readonly kind: "cross-entropy";
  /** The output that holds the logits, [rows…, classes]. */
  readonly logits: string;
  /** ε of label smoothing: the target is 1 − ε on the label and ε spread evenly over all classes. */
  readonly smoothing?: number;
  /** One weight a class; a row counts by its own weight times that of its label. */
  readonly classWeights?: readonly number[];
}

export interface BinaryCrossEntropyOptions {
  readonly kind: "binary-cross-entropy";
  /** The output that holds the logits, [rows…, labels], one truth each. */
  readonly logits: string;
}

/** The model's own: its output, a float32 scalar, is the loss. No labels and row weights are then asked for. */
export interface GivenLossOptions {
  readonly kind: "given";
  readonly loss: string;
}

/**
 * Adds the input `row_weights`, `labels` (or `teacher`, logits to be learned from), and the loss, a scalar:
 * Σ weight · loss of a row / Σ weight. With it comes what the batch counts, Σ weight.
 */
export function addLoss(
  b: Builder,
  logits: Value,
  options: Exclude<LossOptions, GivenLossOptions>,
): { readonly loss: Value; readonly weight: Value } {
  const rows = logits.dims.slice(0, -1);
  if (rows.length === 0 || logits.type !== "float32") {
    throw new Fault("graph/loss", {
      what: `"${logits.name}" is ${printFact(logits)}, and a loss takes float32 rows of logits`,
    });
  }
  const rowWeights = b.input("row_weights", "float32", rows);
  const { each, weights = rowWeights } = lossOfRows(b, logits, rowWeights, options);
  const sum = (v: Value): Value => b.op("ReduceSum", [v], { keepdims: 0 });
  // A batch of padding alone has the loss 0, not 0/0.
  const total = b.op("Max", [sum(weights), b.scalar(1e-12)]);
  return { loss: b.op("Div", [sum(b.op("Mul", [each, weights])), total]), weight: total };
}

/** The loss of each row, and by what it counts where that is not its weight alone. */
function lossOfRows(
  b: Builder,
  logits: Value,
  rowWeights: Value,
  options: Exclude<LossOptions, GivenLossOptions>,
): { readonly each: Value; readonly weights?: Value } {
  switch (options.kind) {
    case "distil":
      return { each: distil(b, logits, options) };
    case "binary-cross-entropy":
      return { each: binaryCrossEntropy(b, logits, b.input("labels", "float32", logits.dims)) };
    case "cross-entropy": {
      const labels = b.input("labels", "int64", rowWeights.dims);
      const { classWeights, smoothing = 0 } = options;
      const weights =
        classWeights === undefined ? rowWeights : classWeighted(b, logits, labels, rowWeights, classWeights);
      return { weights, each: crossEntropy(b, logits, labels, smoothing) };
    }
  }
}

/** −(1 − ε)·log p[label] − ε·mean over classes of log p, one a row. */
function crossEntropy(b: Builder, logits: Value, labels: Value, smoothing: number): Value {
  if (!(smoothing >= 0 && smoothing < 1))
    throw new Fault("graph/loss", { what: `label smoothing of ${smoothing} is not within [0, 1)` });
  const log = b.op("LogSoftmax", [logits], { axis: -1 });
  const picked = b.op("GatherElements", [log, b.op("Unsqueeze", [labels, b.ints([-1])])], { axis: -1 });
  const truth = b.op("Squeeze", [picked, b.ints([-1])]);
  if (smoothing === 0) return b.op("Neg", [truth]);
  const even = b.op("ReduceMean", [log, b.ints([-1])], { keepdims: 0 });
  return b.op("Sub", [b.op("Mul", [even, b.scalar(-smoothing)]), b.op("Mul", [truth, b.scalar(1 - smoothing)])]);
}

/** softplus(z) − z·y, the mean over the labels of a row. */
function binaryCrossEntropy(b: Builder, logits: Value, labels: Value): Value {
  const each = b.op("Sub", [b.op("Softplus", [logits]), b.op("Mul", [logits, labels])]);
  return b.op("ReduceMean", [each, b.ints([-1])], { keepdims: 0 });
}

function classWeighted(b: Builder, logits: Value, labels: Value, rowWeights: Value, weights: readonly number[]): Value {
  const classes = logits.dims[logits.dims.length - 1];
  if (typeof classes === "number" && classes !== weights.length) {
    throw new Fault("graph/loss", { what: `${weights.length} class weights for ${classes} classes` });
  }
  const table = b.constant(float32([weights.length], weights));
  return b.op("Mul", [rowWeights, b.op("Gather", [table, labels])]);
}
