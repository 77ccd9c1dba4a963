import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { float32, sizeOf, type Tensor } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Node, Value } from "../ir.ts";
import { matching } from "../pattern.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { type Place, placesOf, type Reader } from "./place.ts";

export interface AdapterOptions {
  /** Names of the weights to stand beside; `*` stands for anything. Every one that can take an adapter when not told. */
  readonly weights?: readonly string[];
  /** r, from 1; of a weight whose smaller side is less, that side. */
  readonly rank: number;
  /** α: what the adapter adds is multiplied by α/r. r when not told. */
  readonly alpha?: number;
  /** Of what A starts with; 0 when not told. */
  readonly seed?: number;
}

/** One adapter: the names of its two parameters, in the graph and in what training leaves. */
export interface Adapter {
  readonly weight: string;
  readonly a: string;
  readonly b: string;
  /** α/r */
  readonly scale: number;
  /** The axis of the weight that A takes in; undefined for the kernel of a convolution. */
  readonly inner?: 0 | 1;
  /** Groups of the convolution; 1 for a product. */
  readonly groups: number;
}

export interface Adapted {
  /** The model with its adapters; B is zero, so that it answers as before. */
  readonly graph: Graph;
  readonly adapters: readonly Adapter[];
  /** The names of all A and B: what a training step is to be told to train. */
  readonly parameters: readonly string[];
}

/**
 * Low-rank adapters (LoRA; Hu et al. 2022): where a node reads W, what it gives is that of W + (α/r)·A·B, with A of width
 * r. The product is taken in two steps beside the old one, x·A and then ·B, never as a matrix of the size of W: so neither
 * forward nor gradients touch anything of that size, and W itself, trained by nobody, has no gradient at all.
 *
 * A is normal with variance 1/inner; B is zero. Beside a kernel [out, in/groups, …], A is a convolution of r channels for
 * each group with the same window and B one of window 1 over them.
 */
export function adapt(model: Graph, options: AdapterOptions): Adapted {
  const { rank, alpha = rank, seed = 0 } = options;
  if (!Number.isSafeInteger(rank) || rank < 1)
    throw new Fault("graph/adapter", { what: `the rank of an adapter is a whole number from 1, not ${rank}` });
  if (!Number.isFinite(alpha)) throw new Fault("graph/adapter", { what: `the scale of an adapter is not ${alpha}` });
  const places = chosen(model, options.weights);
  const b = builder(
    model.name,
    model.outputs.map((v) => v.name),
  );
  const standing: Standing = new Map();
  for (const v of model.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of model.initialisers) copyInitialiser(b, v, standing);
  const work = new Map<Node, Beside>();
  const adapters = places.map((place) => {
    const made = parameters(place, rank, seed);
    const scale = alpha / rank;
    const [a, up] = [made.a, made.b].map(({ name, value }) => b.parameter(name, value));
    for (const reader of place.readers) work.set(reader.node, { reader, a, up, scale });
    const { inner } = place;
    const { groups } = made;
    return {
      weight: place.name,
      a: made.a.name,
      b: made.b.name,
      scale,
      groups,
      ...(inner !== undefined && { inner }),
    };
  });
  for (const node of model.nodes) {
    copyNode(b, node, standing);
    const beside = work.get(node);
    const [y] = node.outputs;
    if (beside !== undefined && y !== undefined) standing.set(y, added(b, beside, standing));
  }
  for (const v of model.outputs) b.output(v.name, standing.get(v)!);
  return { graph: check(b.finish()), adapters, parameters: adapters.flatMap(({ a, b: up }) => [a, up]) };
}

function chosen(model: Graph, patterns: readonly string[] | undefined): Place[] {
  const all = placesOf(model);
  const able = all.filter((p): p is Place => "weight" in p);
  if (able.length === 0)
    throw new Fault("graph/adapter", { what: "no product or convolution of the model reads a float32 weight" });
  if (patterns === undefined) return able;
  const named = matching(patterns, all, {
    code: "graph/parameter",
    what: (pattern) => `no float32 weight of two axes or more is named "${pattern}"`,
  });
  for (const place of named) {
    if (!("why" in place) || !patterns.includes(place.name)) continue;
    throw new Fault("graph/adapter", { what: `no adapter can stand beside "${place.name}"`, why: place.why });
  }
  const places = [...named].filter((p): p is Place => "weight" in p);
  if (places.length > 0) return places;
  const [{ name, why }] = [...named] as { name: string; why: string }[];
  throw new Fault("graph/adapter", { what: `no adapter can stand beside "${name}"`, why });
}

interface Made {
  readonly a: { readonly name: string; readonly value: Tensor };
  readonly b: { readonly name: string; readonly value: Tensor };
  readonly groups: number;
}

function parameters({ name, weight, inner, readers }: Place, rank: number, seed: number): Made {
  const dims = weight.tensor.dims;
  const [outer, taken] = inner === undefined ? [dims[0], sizeOf(dims.slice(1))] : [dims[1 - inner], dims[inner]];
  const groups = inner === undefined ? (readers[0].node.attributes.group as number) : 1;
  const r = Math.min(rank, taken, outer);
  const start = (shape: readonly number[]): Tensor => {
    const draw = random(seed, `adapter/${name}`);
    const deviation = 1 / Math.sqrt(taken);
    return float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => deviation * draw.normal()),
    );
  };
  const zero = (shape: readonly number[]): Tensor => float32(shape, new Float32Array(sizeOf(shape)));
  const [a, b] = [`${name}.lora_a`, `${name}.lora_b`];
  if (inner === undefined) {
    const ones = dims.slice(2).map(() => 1);
    return {
      a: { name: a, value: start([groups * r, ...dims.slice(1)]) },
      b: { name: b, value: zero([outer, r, ...ones]) },
      groups,
    };
  }
  const up = inner === 0 ? [r, outer] : [outer, r];
  return { a: { name: a, value: start([taken, r]) }, b: { name: b, value: zero(up) }, groups };
}

interface Beside {
  readonly reader: Reader;
  readonly a: Value;
  readonly up: Value;
  readonly scale: number;
}

/** What the node gave, and beside it the scaled product through the adapter. */
function added(b: Builder, { reader, a, up, scale }: Beside, standing: Standing): Value {
  const { node, path } = reader;
  const x = standing.get(node.inputs[0]!)!;
  const y = standing.get(node.outputs[0]!)!;
  const scaled = (v: Value): Value => (scale === 1 ? v : b.op("Mul", [v, b.scalar(scale)]));
  if (node.op === "Conv") {
    const inner = b.op("Conv", [x, a], node.attributes);
    const ones = a.dims.slice(2).map(() => 1);
    const { group } = node.attributes as { readonly group: number };
    return b.op("Add", [y, b.op("Conv", [scaled(inner), up], { group, kernel_shape: ones })]);
  }
  const right = along(b, up, path);
  if (node.op === "Gemm") {
    const { transA, transB, alpha } = node.attributes as Readonly<Record<string, number>>;
    return b.op("Gemm", [b.op("Gemm", [x, a], { transA }), right, y], { alpha: alpha * scale, transB });
  }
  const inner = b.op("MatMul", [x, a]);
  // One node that adds in place of a product and a sum.
  if (x.dims.length === 2 && right.dims.length === 2) return b.op("Gemm", [inner, right, y], { alpha: scale });
  return b.op("Add", [y, b.op("MatMul", [scaled(inner), right])]);
}

/** B laid as the weight is on its way to the reader, with r in place of the inner axis. */
function along(b: Builder, up: Value, path: Reader["path"]): Value {
  const r = Math.min(...(up.dims as number[]));
  let value = up;
  for (const { node, inner } of path) {
    if (node.op === "Transpose") value = b.op("Transpose", [value], node.attributes);
    else {
      const shape = node.outputs[0]!.dims.map((d, i) => (i === inner ? r : Number(d)));
      value = b.op("Reshape", [value, b.ints(shape)]);
    }
  }
  return value;
}
