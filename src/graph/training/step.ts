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
import { type CheckpointOptions, segmentsOf } from "./cuts.ts";
import { copyForward, parametersOf } from "./forward.ts";
import { isFinite, type LossScaleOptions, scaleMoved } from "./loss-scale.ts";
import { addLoss, type LossOptions } from "./loss.ts";
import { mixed } from "./mixed.ts";
import type { Moved, OptimiserOptions } from "./optimiser.ts";
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
 * with an optimiser `learning_rate` and `step`. Outputs: `loss`, `gradient_norm` (before clipping), and with an optimiser
 * `next.NAME` for each resident; without one `gradient.NAME` for each parameter and `clip_scale`, by which they are still
 * to be multiplied.
 */
export interface TrainingStep {
  readonly graph: Graph;
  readonly parameters: readonly string[];
  readonly residents: readonly StepResident[];
  readonly seeded: boolean;
}

export function trainingStep(given: Graph, options: TrainingOptions): TrainingStep {
  const { optimiser, accumulate = false } = options;
  const model = options.mixed === undefined ? given : mixed(given);
  const fed = (options.inputGradients ?? []).map((name) => input(model, name));
  if (accumulate && fed.length > 0) {
    throw new Fault("graph/optimiser", {
      what: "gradients of inputs cannot be summed over batches",
      why: "each batch has inputs of its own",
    });
  }
  const parameters = parametersOf(model, options.parameters);
  const b = builder(`${model.name}.step`);
  const { standing, reads, stored, nodes, seeded } = copyForward(b, model, { ...options, parameters, fed });
  const of = (name: string): Value => standing.get(output(model, name))!;
  const { loss, weight } =
    options.loss.kind === "given"
      ? { loss: of(options.loss.loss), weight: b.scalar(1) }
      : addLoss(b, of(options.loss.logits), options.loss);
  const lossScale = options.mixed && b.input("loss_scale", "float32", []);
  const times = (x: Value | undefined, y: Value | undefined): Value | undefined =>
    x && y ? b.op("Mul", [x, y]) : (x ?? y);
  const seed = times(accumulate ? weight : undefined, lossScale);
  const read = reads.map(({ value }) => value);
  const segments = options.checkpoint && segmentsOf(model, options.checkpoint);
  const seen =
    segments &&
    recomputed(
      b,
      segments.map((part) => part.flatMap((node) => nodes.get(node) ?? [])),
      new Set([...stored, ...read]),
    );
  const pulled = gradient(b, loss, read, seed, seen);
  const gradients = reads.map((read, i) => passed(b, read, pulled[i]));
  const finish = (residents: readonly StepResident[]): TrainingStep => ({
    graph: simplify(b.finish()),
    parameters: parameters.map((v) => v.name),
    residents,
    seeded,
  });
  const own = parameters.map((v, i) => {
    return { name: v.name, value: stored[i], gradient: gradients[i], start: v.tensor };
  });
  const update = accumulate && optimiser !== "gradients" ? b.input("update", "bool", []) : undefined;
  const sums = update && accumulated(b, own, weight, update);
  const { norm, scale } = globalNorm(b, sums?.gradients ?? gradients, options.clip, times(sums?.weight, lossScale));
  b.output("loss", loss);
  b.output("gradient_norm", norm);
  for (const name of options.keep ?? []) b.output(name, of(name));
  fed.forEach((v, i) => b.output(`gradient.${v.name}`, gradients[parameters.length + i]));
  if (fed.length > 0 || optimiser === "gradients") b.output("clip_scale", scale);
  if (accumulate) b.output("batch_weight", weight);
  if (optimiser === "gradients") {
    for (const { name, gradient } of own) b.output(`gradient.${name}`, gradient);
    return finish(parameters.map((v) => ({ input: v.name, value: v.tensor })));
  }
  const rate = b.input("learning_rate", "float32", []);
  const step = b.input("step", "float32", []);
  const summed = own.map((p, i) => ({ ...p, gradient: sums?.gradients[i] ?? p.gradient }));
  const finite = lossScale && isFinite(b, norm);
  const kept = (all: readonly Moved[], when: Value | undefined): Moved[] =>
    all.map((m) => (when === undefined ? m : { ...m, after: b.op("Where", [when, m.after, m.before]) }));
  const both = update && finite ? b.op("And", [update, finite]) : (update ?? finite);
  const moved = kept(updated(b, summed, optimiser, { rate, step, clip: scale }), both);
  if (lossScale && finite) moved.push(...kept(scaleMoved(b, lossScale, finite, options.mixed), update));
  return finish(
    [...moved, ...(sums?.moved ?? [])].map(({ name, after, start }) => {
      b.output(`next.${name}`, after);
      return { input: name, next: `next.${name}`, value: start };
    }),
  );
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
