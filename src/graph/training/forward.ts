import { Fault } from "../../base/fault.ts";
import { sizeOf } from "../../base/tensor.ts";
import type { Builder } from "../build.ts";
import { type Graph, type Initialiser, isConstantName, type Node, type Value } from "../ir.ts";
import { fromTensor } from "../meaning/array.ts";
import { matching } from "../pattern.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { removeDead } from "../rewrite/dead.ts";
import { dropout } from "./dropout.ts";
import type { Read, Through } from "./through.ts";

/** The model inside a step. */
export interface Forward {
  /** Values of the model to those of the step. */
  readonly standing: Standing;
  /** What the model reads for each parameter, then for each fed input, in order. */
  readonly reads: readonly Read[];
  /** The parameters themselves, as inputs of the step. */
  readonly stored: readonly Value[];
  /** What each node of the model became. */
  readonly nodes: ReadonlyMap<Node, readonly Node[]>;
  /** Whether dropout reads the input `seed`. */
  readonly seeded: boolean;
}

export interface ForwardOptions {
  readonly parameters: readonly Initialiser[];
  readonly fed: readonly Value[];
  readonly through?: Through;
  readonly dropout?: boolean;
}

/** Copies the model into the step: parameters become inputs, and Dropout nodes drop. */
export function copyForward(b: Builder, model: Graph, options: ForwardOptions): Forward {
  const { parameters, fed } = options;
  const standing: Standing = new Map();
  const trained = new Set(parameters);
  for (const v of model.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of model.initialisers) {
    if (trained.has(v)) standing.set(v, b.input(v.name, v.type, v.dims));
    else copyInitialiser(b, v, standing);
  }
  const stored = parameters.map((v) => standing.get(v)!);
  const reads = [...parameters, ...fed].map((v) => {
    const own = standing.get(v)!;
    const read = options.through?.(b, v.name, own) ?? { value: own };
    standing.set(v, read.value);
    return read;
  });
  // Exporters leave nodes behind that read a Dropout's mask, and whose results nobody reads.
  const live = removeDead(model).nodes;
  const rates = options.dropout === false ? new Map<Node, number>() : dropoutRates(live);
  const seed = rates.size > 0 ? b.input("seed", "int32", []) : undefined;
  let site = 0;
  const nodes = new Map<Node, readonly Node[]>();
  for (const node of live) {
    const before = b.nodes.length;
    const rate = rates.get(node);
    if (rate !== undefined && seed !== undefined)
      standing.set(node.outputs[0]!, dropout(b, standing.get(node.inputs[0]!)!, rate, seed, site++));
    else copyNode(b, node, standing);
    nodes.set(node, b.nodes.slice(before));
  }
  return { standing, reads, stored, nodes, seeded: seed !== undefined };
}

/** The parameters that patterns name; without any, all that is plainly a weight. */
export function parametersOf(model: Graph, patterns: readonly string[] | undefined): Initialiser[] {
  const able = model.initialisers.filter((v) => v.type === "float32" && !isConstantName(v.name));
  if (patterns === undefined) {
    const statistics = statisticsOf(model);
    return able.filter((v) => sizeOf(v.tensor.dims) !== 1 && !statistics.has(v));
  }
  return [
    ...matching(patterns, able, {
      code: "graph/parameter",
      what: (pattern) => `no float32 parameter is named "${pattern}"`,
    }),
  ];
}

/** Means and variances that a BatchNormalization was left with. A step against the gradient can make a variance negative. */
function statisticsOf(model: Graph): Set<Value | undefined> {
  return new Set(model.nodes.flatMap((n) => (n.op === "BatchNormalization" ? n.inputs.slice(3, 5) : [])));
}

/** The rate of each Dropout node that training rewrites: its second input, a constant; 0.5 where it has none. */
function dropoutRates(nodes: readonly Node[]): Map<Node, number> {
  const rates = new Map<Node, number>();
  const read = new Set(nodes.flatMap((node) => node.inputs));
  for (const node of nodes) {
    if (node.op !== "Dropout") continue;
    const [y, mask] = node.outputs;
    const ratio = node.inputs[1];
    if (ratio !== undefined && ratio.tensor === undefined)
      throw new Fault("graph/dropout", { what: `the rate of the Dropout "${y?.name}" is not a constant` });
    if (mask !== undefined && read.has(mask)) {
      throw new Fault("graph/dropout", {
        what: `the mask of the Dropout "${y?.name}" is read by another node`,
        remedy: "train with `dropout: false`, or export the model without it",
      });
    }
    rates.set(node, ratio === undefined ? 0.5 : fromTensor(ratio.tensor!).data[0]);
  }
  return rates;
}
