import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { gradient } from "../gradient/walk.ts";
import type { Graph, Value } from "../ir.ts";
import { simplify } from "../rewrite/simplify.ts";
import { accumulated } from "./accumulate.ts";
import { recomputed } from "./checkpoint.ts";
import { globalNorm } from "./clip.ts";
import type { CheckpointOptions } from "./cuts.ts";
import { copyForward, parametersOf } from "./forward.ts";
import type { LossScaleOptions } from "./loss-scale.ts";
import { addLoss, type LossOptions } from "./loss.ts";
import { mixed } from "./mixed.ts";
import type { OptimiserOptions } from "./optimiser.ts";
import { checkSettings } from "./settings.ts";
import { passed, type Through } from "./through.ts";
import { updated } from "./update.ts";

export interface TrainingOptions {
  readonly loss: LossOptions;
  /**
   * Names of the parameters to train; `*` stands for anything. When not told: all float32 initialisers with a name of their
   * own, but those of one element, which in exported models are the ε and ½ of formulas, and the statistics of
   * BatchNormalization.
   */
  readonly parameters?: readonly string[];
  /** "gradients": no optimiser in the graph; the gradients are outputs, for one outside. */
  readonly optimiser: OptimiserOptions | "gradients";
  /** The limit of the gradients' global norm. */
  readonly clip?: number;
  /**
   * Whether one update may follow several batches. Gradients are then those of the batch's weight times its loss, so that
   * they add. With an optimiser the graph keeps the sums and reads `update` (bool): whether to update after this batch.
   * Without one it gives `batch_weight`, and `gradient_norm` and `clip_scale` are for the caller to make of the sums.
   */
  readonly accumulate?: boolean;
  /**
   * Products in float16, and the loss scaled by the input `loss_scale` so that small gradients are held (training/mixed).
   * Gradients that leave half precision leave no norm; with an optimiser nothing but the scale then changes.
   */
  readonly mixed?: LossScaleOptions;
  /** Where the model is cut into segments that are computed once more on the way back, to hold less between. */
  readonly checkpoint?: CheckpointOptions;
  /** Whether Dropout nodes drop (they do when not told); they read the input `seed`. */
  readonly dropout?: boolean;
  /** Outputs of the model that the step also gives. */
  readonly keep?: readonly string[];
  /**
   * Float inputs of the model whose gradients the step gives too, as `gradient.NAME` with `clip_scale`: rows of a large
   * sparse table, say, that are gathered and updated outside. They count in the global norm.
   */
  readonly inputGradients?: readonly string[];
  /** What the model reads in place of a parameter or of an input with gradients: its value after rounding, say. */
  readonly through?: Through;
}

/** A tensor that stays in the engine between steps, as the engine port's `Resident` wants it. */
export interface StepResident {
  readonly input: string;
  readonly next?: string;
  readonly value: Tensor;
}

/**
 * One step of training as one graph. Inputs: those of the model, `labels`, `row_weights`; with dropout `seed` (int32);
 * in mixed precision `loss_scale`; with an optimiser `learning_rate` and `step`, and `update` where it accumulates.
 * Outputs: `loss`, `gradient_norm` (before clipping), and with an optimiser `next.NAME` for each resident; without one
 * `gradient.NAME` for each parameter and `clip_scale`, by which they are still to be multiplied.
 */
export interface TrainingStep {
  readonly graph: Graph;
  readonly parameters: readonly string[];
  readonly residents: readonly StepResident[];
  readonly seeded: boolean;
}

export function trainingStep(given: Graph, options: TrainingOptions): TrainingStep {
  checkSettings(options);
  const { optimiser, accumulate = false, keep = [] } = options;
  const model = options.mixed === undefined ? given : mixed(given);
  const fed = (options.inputGradients ?? []).map((name) => input(model, name));
  if (accumulate && fed.length > 0) {
    throw new Fault("graph/optimiser", {
      what: "gradients of inputs cannot be summed over batches",
      why: "each batch has inputs of its own",
    });
  }
  const parameters = parametersOf(model, options.parameters);
  const b = builder(`${model.name}.step`, keep);
  const forward = copyForward(b, model, { ...options, parameters, fed });
  const of = (name: string): Value => forward.standing.get(output(model, name))!;
  const { loss, weight } =
    options.loss.kind === "given"
      ? { loss: of(options.loss.loss), weight: b.scalar(1) }
      : addLoss(b, of(options.loss.logits), options.loss);
  const lossScale = options.mixed && b.input("loss_scale", "float32", []);
  const times = (x: Value | undefined, y: Value | undefined): Value | undefined =>
    x && y ? b.op("Mul", [x, y]) : (x ?? y);

  const seed = times(accumulate ? weight : undefined, lossScale);
  const seen = options.checkpoint && recomputed(b, model, forward, options.checkpoint);
  const read = forward.reads.map(({ value }) => value);
  const pulled = gradient(b, loss, read, seed, seen);
  const gradients = forward.reads.map((r, i) => passed(b, r, pulled[i]));
  const own = parameters.map((v, i) => {
    return { name: v.name, value: forward.stored[i], gradient: gradients[i], start: v.tensor };
  });

  const update = accumulate && optimiser !== "gradients" ? b.input("update", "bool", []) : undefined;
  const sums = update && accumulated(b, own, weight, update);
  const { norm, scale } = globalNorm(b, sums?.gradients ?? gradients, options.clip, times(sums?.weight, lossScale));
  b.output("loss", loss);
  b.output("gradient_norm", norm);
  for (const name of keep) b.output(name, of(name));
  fed.forEach((v, i) => b.output(`gradient.${v.name}`, gradients[parameters.length + i]));
  if (fed.length > 0 || optimiser === "gradients") b.output("clip_scale", scale);
  if (accumulate) b.output("batch_weight", weight);

  let residents: StepResident[];
  if (optimiser === "gradients") {
    for (const { name, gradient: g } of own) b.output(`gradient.${name}`, g);
    residents = parameters.map((v) => ({ input: v.name, value: v.tensor }));
  } else {
    const summed = own.map((p, i) => ({ ...p, gradient: sums?.gradients[i] ?? p.gradient }));
    const scaling = lossScale && { scale: lossScale, options: options.mixed };
    const moved = updated(b, summed, optimiser, { norm, clip: scale, update, scaling });
    residents = [...moved, ...(sums?.moved ?? [])].map(({ name, after, start }) => {
      b.output(`next.${name}`, after);
      return { input: name, next: `next.${name}`, value: start };
    });
  }
  return {
    graph: simplify(b.finish()),
    parameters: parameters.map((v) => v.name),
    residents,
    seeded: forward.seeded,
  };
}

function input(model: Graph, name: string): Value {
  return port(model.inputs, name, "input");
}

function output(model: Graph, name: string): Value {
  return port(model.outputs, name, "output");
}

function port(ports: readonly Value[], name: string, role: "input" | "output"): Value {
  const found = ports.find((v) => v.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    ports.map((v) => v.name),
  );
  throw new Fault(`graph/${role}`, {
    what: `the model has no ${role} "${name}"`,
    ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
  });
}
