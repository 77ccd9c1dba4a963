import { float32, type Tensor } from "../../base/tensor.ts";
import type { Graph } from "../ir.ts";
import { withWeights } from "../rewrite/weights.ts";
import { fitted } from "./forms/block.ts";
import { momentsFor } from "./forms/integer.ts";
import type { Quantised } from "./matrix.ts";
import { planOf } from "./plan.ts";
import { matrixOf, type Site } from "./site.ts";
import { settingsOf } from "./observe.ts";
import { isInBlocks, prepared, type QuantiseSpec } from "./spec.ts";

/**
 * The graph in floating point, each weight that the spec puts in blocks at the very value that stands for it there. GPTQ
 * says nothing of weights whose inputs were not seen, tables above all: they stay as they are.
 */
export function rounded(graph: Graph, spec: QuantiseSpec): Graph {
  const settings = settingsOf(graph, spec);
  const weights = new Map<string, Tensor>();
  for (const { site, to } of planOf(prepared(graph, settings), settings).nodes) {
    if (!isInBlocks(to)) continue;
    // A weight that several nodes read has the values that the first of them finds.
    if (weights.has(site.weight.name)) continue;
    if (settings.rounding === "gptq" && momentsFor(site, settings) === undefined) continue;
    const values = valuesOf(fitted(site, settings, to === "int4-block" ? 4 : 8), site, settings.block);
    weights.set(site.weight.name, float32(site.weight.tensor.dims, values));
  }
  return withWeights(graph, weights);
}

function valuesOf({ rows, columns, groups, codes, scales, zeros }: Quantised, site: Site, block: number): Float32Array {
  const values = new Float32Array(rows * columns);
  const byColumn = matrixOf(site).byColumn === true;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const group = row * groups + Math.floor(column / block);
      const value = scales[group] * (codes[row * columns + column] - zeros[group]);
      values[byColumn ? column * rows + row : row * columns + column] = value;
    }
  }
  return values;
}
