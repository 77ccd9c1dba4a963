import { float32, sizeOf, type Tensor, tensor } from "../../base/tensor.ts";
import { type Builder } from "../build.ts";
import { fromHalf, toHalf } from "../half.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import { roundEven } from "../meaning/special.ts";
import type { Standing } from "../rewrite/copy.ts";
import { isWeight, type Replace, type Store, type Stored, storeWeights } from "./store.ts";

export interface Int8Options {
  /** Where the scales of a table read by Gather lie: one a row (in float16), or one a column (float32). "row" when not told. */
  readonly tables?: "row" | "column";
  /** Also compute products in whole numbers: the left side is quantised as it comes. Weights then keep 7 bits (see below). */
  readonly dynamic?: boolean;
  /** Weights with fewer elements stay float32; 1024 when not told. */
  readonly least?: number;
  /** Weights to leave alone. */
  readonly except?: readonly string[];
}

/**
 * Weight-only int8: symmetric, w ≈ scale · q with q in [−127, 127] and one scale for each output channel. A matrix is
 * widened before its product, which is done in float32; a table stays int8 in memory, and only the rows picked are widened.
 *
 * With `dynamic`, products run on whole numbers: DynamicQuantizeLinear, MatMulInteger, and one product with both scales.
 * Their weights take q in [−63, 63]: the 8-bit kernels of x86 processors without VNNI add two products in 16 bits, which
 * full 8-bit weights overflow, and results must not hang on the processor.
 */
export function int8Weights(graph: Graph, options: Int8Options = {}): Graph {
  const least = options.least ?? 1024;
  const able = graph.initialisers.filter(
    (v) =>
      v.type === "float32" &&
      v.dims.length >= 2 &&
      v.tensor.data.length >= least &&
      !options.except?.includes(v.name) &&
      isWeight(graph, v),
  );
  const products = new Set(options.dynamic === true ? able.filter((v) => onlyProducts(graph, v)) : []);
  const integer = new Map<Value, { q: Value; scale: Value }>();
  const replace: Replace = (b, node, standing) => integerProduct(b, node, standing, integer);
  return storeWeights(
    graph,
    (b, weight, use) => {
      if (!able.includes(weight)) return undefined;
      if (use.kind === "table") return table(b, weight, options.tables ?? "row");
      if (products.has(weight)) {
        const { q, scales } = quantised(weight.tensor, [1], 63);
        integer.set(weight, {
          q: b.parameter(weight.name, q),
          scale: b.parameter(`${weight.name}.scale`, float32([scales.length], scales)),
        });
        return { whole: () => integer.get(weight)!.q, rows: () => integer.get(weight)!.q };
      }
      return whole(b, weight, use.channel);
    },
    replace,
  );
}

/** One weight in whole numbers, a table with one scale a row. */
export const int8Of: Store = (b, weight, use) =>
  use.kind === "table" ? table(b, weight, "row") : whole(b, weight, use.channel);

/**
 * Cast and Mul rather than DequantizeLinear: onnxruntime folds these once at load and multiplies in float32, where it
 * would fuse a DequantizeLinear with the product that follows and quantise the left side too, unasked.
 */
function whole(b: Builder, weight: Initialiser, channel: number): Stored {
  const { q, scales } = quantised(weight.tensor, [channel], 127);
  const small = b.parameter(weight.name, q);
  const dims = weight.dims.map((_, i) => (i === channel ? scales.length : 1));
  const scale = b.parameter(`${weight.name}.scale`, float32(dims, scales));
  const wide = (to: Builder): Value => to.op("Mul", [to.op("Cast", [small], { to: "float32" }), scale]);
  return { whole: wide, rows: wide };
}

function table(b: Builder, weight: Initialiser, along: "row" | "column"): Stored {
  const columns = Array.from({ length: weight.dims.length - 1 }, (_, i) => i + 1);
  const { q, scales } = quantised(weight.tensor, along === "row" ? [0] : columns, 127, along === "row");
  const small = b.parameter(weight.name, q);
  const rows = q.dims[0];
  const scale =
    along === "row"
      ? b.parameter(
          `${weight.name}.scale`,
          tensor("float16", [rows, ...columns.map(() => 1)], Uint16Array.from(scales, toHalf)),
        )
      : b.parameter(`${weight.name}.scale`, float32(q.dims.slice(1), scales));
  const widen = (to: Builder, picked: Value, factor: Value): Value => {
    const float = (v: Value): Value => (v.type === "float32" ? v : to.op("Cast", [v], { to: "float32" }));
    return to.op("Mul", [float(picked), float(factor)]);
  };
  return {
    whole: (to) => widen(to, small, scale),
    rows: (to, indices) =>
      widen(to, to.op("Gather", [small, indices]), along === "row" ? to.op("Gather", [scale, indices]) : scale),
  };
}

/** scale = max |w| / limit over everything that shares a place along `axes`; a group of zeros has scale 0. */
function quantised(
  weight: Tensor,
  axes: readonly number[],
  limit: number,
  half = false,
): { q: Tensor<"int8">; scales: Float32Array } {
  const data = weight.data as Float32Array;
  const groups = axes.map((a) => weight.dims[a]);
  const strides = weight.dims.map((_, i) => sizeOf(weight.dims.slice(i + 1)));
  const groupOf = (at: number): number =>
    axes.reduce((g, a, k) => g * groups[k] + (Math.floor(at / strides[a]) % weight.dims[a]), 0);
  const scales = new Float32Array(sizeOf(groups));
  for (let i = 0; i < data.length; i++) scales[groupOf(i)] = Math.max(scales[groupOf(i)], Math.abs(data[i]));
  for (let g = 0; g < scales.length; g++) {
    const exact = scales[g] / limit;
    scales[g] = half ? fromHalf(toHalf(exact)) : exact;
  }
  const q = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const scale = scales[groupOf(i)];
    if (scale > 0) q[i] = Math.max(-limit, Math.min(limit, roundEven(data[i] / scale)));
  }
  return { q: tensor("int8", weight.dims, q), scales };
}

function onlyProducts(graph: Graph, v: Initialiser): boolean {
  return (
    v.dims.length === 2 && graph.nodes.every((n) => !n.inputs.includes(v) || (n.op === "MatMul" && n.inputs[1] === v))
  );
}

/** a·W ≈ (a's scale · W's scales) · (a's whole numbers · W's whole numbers) */
function integerProduct(
  b: Builder,
  node: Node,
  standing: Standing,
  integer: ReadonlyMap<Value, { q: Value; scale: Value }>,
): boolean {
  const weight = node.op === "MatMul" ? integer.get(node.inputs[1]!) : undefined;
  if (weight === undefined) return false;
  const [a, scale, zero] = b.ops("DynamicQuantizeLinear", [standing.get(node.inputs[0]!)], {}, 3);
  const product = b.op("Cast", [b.op("MatMulInteger", [a, weight.q, zero])], { to: "float32" });
  standing.set(node.outputs[0]!, b.op("Mul", [product, b.op("Mul", [scale, weight.scale])]));
  return true;
}
