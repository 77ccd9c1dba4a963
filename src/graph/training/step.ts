import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Tensor } from "../../base/tensor.ts";
import { builder } from "../build.ts";
import { gradient } from "../gradient/walk.ts";
import { type Graph, type Initialiser, isConstantName, type Node, type Value } from "../ir.ts";
import { matching } from "../pattern.ts";
import { copyInitialiser, copyNode } from "../rewrite/copy.ts";
import { simplify } from "../rewrite/simplify.ts";
import { adamw, type AdamWOptions, adamwInputs } from "./adamw.ts";
import { globalNorm } from "./clip.ts";
import { dropout } from "./dropout.ts";
import { addLoss, type LossOptions } from "./loss.ts";
import { passed, type Through } from "./through.ts";

export interface TrainingOptions {
  readonly loss: LossOptions;
  /** Names of the parameters to train; `*` stands for anything. All float32 initialisers with a name of their own when not told. */
  readonly parameters?: readonly string[];
  /** "gradients": no optimiser in the graph; the gradients are outputs, for one outside. */
  readonly optimiser: AdamWOptions | "gradients";
  /** The limit of the gradients' global norm. */
  readonly clip?: number;
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

export function trainingStep(model: Graph, options: TrainingOptions): TrainingStep {
  const trained = chosen(model, options.parameters);
  const b = builder(`${model.name}.step`);
  const values = new Map<Value, Value>();
  const fed = (options.inputGradients ?? []).map((name) => input(model, name));
  for (const v of model.inputs) values.set(v, b.input(v.name, v.type, v.dims));
  for (const v of model.initialisers) {
    if (trained.has(v)) values.set(v, b.input(v.name, v.type, v.dims));
    else copyInitialiser(b, v, values);
  }
  const parameters = [...trained];
  const stored = parameters.map((v) => values.get(v)!);
  const reads = [...parameters, ...fed].map((v) => {
    const own = values.get(v)!;
    const read = options.through?.(b, v.name, own) ?? { value: own };
    values.set(v, read.value);
    return read;
  });
  const rates = options.dropout === false ? new Map<Node, number>() : dropoutRates(model);
  const seed = rates.size > 0 ? b.input("seed", "int32", []) : undefined;
  let site = 0;
  for (const node of model.nodes) {
    const rate = rates.get(node);
    if (rate !== undefined && seed !== undefined)
      values.set(node.outputs[0]!, dropout(b, values.get(node.inputs[0]!)!, rate, seed, site++));
    else copyNode(b, node, values);
  }
  const loss =
    options.loss.kind === "given"
      ? values.get(output(model, options.loss.loss))!
      : addLoss(b, values.get(output(model, options.loss.logits))!, options.loss);
  const pulled = gradient(
    b,
    loss,
    reads.map((read) => read.value),
  );
  const gradients = reads.map((read, i) => passed(b, read, pulled[i]));
  const { norm, scale } = globalNorm(b, gradients, options.clip);
  b.output("loss", loss);
  b.output("gradient_norm", norm);
  for (const name of options.keep ?? []) b.output(name, values.get(output(model, name))!);
  const residents: StepResident[] = [];
  fed.forEach((v, i) => b.output(`gradient.${v.name}`, gradients[parameters.length + i]));
  if (fed.length > 0 || options.optimiser === "gradients") b.output("clip_scale", scale);
  if (options.optimiser === "gradients") {
    parameters.forEach((v, i) => {
      b.output(`gradient.${v.name}`, gradients[i]);
      residents.push({ input: v.name, value: v.tensor });
    });
  } else {
    const shared = adamwInputs(b, options.optimiser, scale);
    for (const [i, v] of parameters.entries())
      residents.push(...adamw(b, v.name, stored[i], v.tensor, gradients[i], shared, options.optimiser));
  }
  return {
    graph: simplify(b.finish()),
    parameters: parameters.map((v) => v.name),
    residents,
    seeded: seed !== undefined,
  };
}

function chosen(model: Graph, patterns: readonly string[] | undefined): Set<Initialiser> {
  const able = model.initialisers.filter((v) => v.type === "float32" && !isConstantName(v.name));
  if (patterns === undefined) return new Set(able);
  return matching(patterns, able, {
    code: "graph/parameter",
    what: (pattern) => `no float32 parameter is named "${pattern}"`,
  });
}

/** The rate of each Dropout node that training rewrites: its second input, a constant; 0.5 where it has none. */
function dropoutRates(model: Graph): Map<Node, number> {
  const rates = new Map<Node, number>();
  for (const node of model.nodes) {
    if (node.op !== "Dropout") continue;
    const ratio = node.inputs[1];
    if (ratio !== undefined && ratio.tensor === undefined) {
      throw new Fault("graph/dropout", {
        what: `the rate of the Dropout "${node.outputs[0]?.name}" is not a constant`,
      });
    }
    rates.set(node, ratio === undefined ? 0.5 : Number(ratio.tensor!.data[0]));
  }
  return rates;
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
