import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import { float32 } from "../../base/tensor.ts";
import { extend } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Node, Value } from "../ir.ts";
import { removeDead } from "../rewrite/dead.ts";

export interface HeadOptions {
  /** Classes of the new output, from 1. */
  readonly classes: number;
  /** The value of the model that the head reads; what its last weighted product reads, when not told. */
  readonly features?: string;
  /** What the output is called; `logits` when not told. */
  readonly output?: string;
}

export interface Headed {
  /** The model up to its features and the new layer over them, with that layer's output alone. */
  readonly graph: Graph;
  /** The name of the output, as a loss wants it. */
  readonly logits: string;
  /** The weight and the bias of the head: what to train while all below it is held. */
  readonly parameters: readonly [weight: string, bias: string];
}

/**
 * A new last layer: the model is cut at its features, and logits = features·W + b, with W [features, classes]. What the old
 * head made of them, and what only that read, is gone.
 *
 * Features over places, as convolutions have them [batch, channels, …], are averaged over the places first; any others are
 * multiplied along their last axis, so that a model with an answer for each token gets one for each token.
 *
 * W and b start at zero, as in Kolesnikov et al., _Big Transfer_, ECCV 2020: the loss starts at the log of the number of
 * classes, whatever the features, and there is no seed. In the first step W and b alone move.
 */
export function withHead(model: Graph, options: HeadOptions): Headed {
  const { classes, output = "logits" } = options;
  if (!Number.isSafeInteger(classes) || classes < 1)
    throw new Fault("graph/head", { what: `a head has a whole number of classes from 1, not ${classes}` });
  const { value, overPlaces } = options.features === undefined ? lastRead(model) : named(model, options.features);
  const size = value.dims[overPlaces ? 1 : value.dims.length - 1];
  if (value.type !== "float32" || value.dims.length < 2 || typeof size !== "number") {
    throw new Fault("graph/head", {
      what: `no head can read "${value.name}"`,
      why: `it is ${value.type}[${value.dims.join(", ")}], and a head reads float32 of two axes or more, with a known number of features`,
      remedy:
        value.type === "float16"
          ? "widen the model first: `widened(model)`"
          : "name another value with `features`; `print(model)` shows them all",
    });
  }
  const below = removeDead({ ...model, outputs: [value] });
  const b = extend(below, { outputs: false });
  const features = overPlaces ? b.op("Flatten", [b.op("GlobalAveragePool", [value])]) : value;
  const parameters = [`${output}.weight`, `${output}.bias`] as const;
  const weight = b.parameter(parameters[0], float32([size, classes], new Float32Array(size * classes)));
  const bias = b.parameter(parameters[1], float32([classes], new Float32Array(classes)));
  b.output(output, b.op("Add", [b.op("MatMul", [features, weight]), bias]));
  return { graph: check(b.finish()), logits: output, parameters };
}

interface Features {
  readonly value: Value;
  /** Whether the second axis holds the features, and those after it places. */
  readonly overPlaces: boolean;
}

/** What the last product with a weight reads, on the way to the model's first output. */
function lastRead(model: Graph): Features {
  const { nodes } = removeDead({ ...model, outputs: model.outputs.slice(0, 1) });
  const fed = new Set<Value | undefined>(model.inputs);
  for (const node of nodes) if (node.inputs.some((v) => fed.has(v))) for (const v of node.outputs) fed.add(v);
  const last = nodes.findLast(
    (node) => isProduct(node) && fed.has(node.inputs[0]) && !fed.has(node.inputs[1]) && node.attributes.transA !== 1,
  );
  if (last !== undefined) return { value: last.inputs[0]!, overPlaces: last.op === "Conv" };
  throw new Fault("graph/head", {
    what: "the model has no last layer that a new one could stand for",
    why: "no MatMul, Gemm or Conv on the way to its first output multiplies by a weight",
    remedy: "name the value that the head is to read with `features`; `print(model)` shows them all",
  });
}

function named(model: Graph, name: string): Features {
  const values = model.nodes.flatMap((n) => n.outputs.filter((v) => v !== undefined));
  const value = [...model.inputs, ...values].find((v) => v.name === name);
  if (value !== undefined) {
    const inConv = model.nodes.some((n) => n.op === "Conv" && n.inputs[0] === value);
    return { value, overPlaces: value.dims.length > 3 || inConv };
  }
  const near = nearest(
    name,
    values.map((v) => v.name),
  );
  throw new Fault("graph/head", {
    what: `the model has no value "${name}"`,
    remedy: near === undefined ? "`print(model)` shows them all" : `did you mean "${near}"?`,
  });
}

const isProduct = ({ op }: Node): boolean => op === "MatMul" || op === "Gemm" || op === "Conv";
