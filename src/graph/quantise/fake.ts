import { float32 } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Value } from "../ir.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { simplify } from "../rewrite/simplify.ts";
import type { Read, Through } from "../training/through.ts";
import { fitsHalf } from "./halves.ts";
import { blockCodes, PRODUCT_CODES } from "./grid.ts";
import { type Grouped, type Levelled, type Levels, levelled } from "./levels.ts";
import { quantiseMatrix } from "./matrix.ts";
import { type Planned, planOf } from "./plan.ts";
import { matrixOf, type Site } from "./site.ts";
import { type Form, filled, prepared, type QuantiseSpec, type Settings } from "./spec.ts";

/** Forms beyond what the engine can store, for what takes the place of 4 bits in an experiment. */
export type Beyond = "int2" | "ternary";

/** How weights are rounded as they are read. */
export interface Fake {
  /** What a kernel of more axes is taken for: a row for each output. Not told of a matrix, which is one already. */
  readonly rows?: number;
  /** The axis along which the weights of a group lie: the inner dimension of a product, the columns of a table. */
  readonly axis: 0 | 1;
  /** The matrix's size along it. */
  readonly size: number;
  /** Weights of a group; the last of a row may have fewer. */
  readonly block: number;
  readonly levels: Levels;
}

/**
 * How each weight is to be read by name, so that it has the very values that `quantise` will store, rounded to the nearest:
 * within 1e-6 of them, ties apart, which a single may turn either way. A weight that is left in floating point, or
 * is read in two layouts, has no row.
 */
export function fakesOf(graph: Graph, spec: QuantiseSpec, beyond?: Beyond): ReadonlyMap<string, Fake> {
  const settings = filled(spec);
  const byWeight = new Map<string, Planned[]>();
  for (const planned of planOf(prepared(graph, settings), settings).nodes) {
    const { name } = planned.site.weight;
    byWeight.set(name, [...(byWeight.get(name) ?? []), planned]);
  }
  const fakes = new Map<string, Fake>();
  for (const [name, [first, ...others]] of byWeight) {
    const alike = others.every(
      ({ site, to }) => to === first.to && site.kind === first.site.kind && site.channel === first.site.channel,
    );
    const fake = alike ? fakeOf(first.site, first.to, settings, beyond) : undefined;
    if (fake !== undefined) fakes.set(name, fake);
  }
  return fakes;
}

function fakeOf(site: Site, to: Form, settings: Settings, beyond: Beyond | undefined): Fake | undefined {
  const { rows, columns: size, byColumn } = matrixOf(site);
  const shape = { axis: byColumn === true ? 0 : 1, size, ...(site.weight.dims.length > 2 && { rows }) } as const;
  const along = (block: number, levels: Levels): Fake => ({ ...shape, block, levels });
  switch (to) {
    case "fp32":
    case "fp16":
      return undefined;
    case "int8": {
      // Both directions of a recurrence share the scales of their gates.
      if (site.kind === "recurrence" && site.weight.dims[0] !== 1) return undefined;
      const precision = site.kind === "table" ? "nearest float16" : "float32";
      return along(size, { kind: "codes", book: { low: -127, high: 127, zero: 0 }, precision });
    }
    case "int8-dynamic":
    case "int8-static":
      return along(size, { kind: "codes", book: PRODUCT_CODES, precision: "float32" });
    case "int8-block":
      return along(settings.block, inBlocks(site, settings, 8));
    case "int4-block":
      return along(settings.block, beyond === undefined ? inBlocks(site, settings, 4) : { kind: beyond });
  }
}

/** Halves or singles is decided once, by the weights as they are: training moves them less than would change it. */
function inBlocks(site: Site, settings: Settings, bits: 4 | 8): Levels {
  const book = blockCodes(bits, settings.zeroPoints);
  const half = { block: settings.block, book, rounding: "nearest", precision: "float16" } as const;
  const fits = settings.scales === "float16" && fitsHalf(quantiseMatrix(matrixOf(site), half).scales, site.kind);
  return { kind: "codes", book, precision: fits ? "float16" : "float32" };
}

/** For a training step: parameters, or rows of a table that are fed, read as they will be stored. */
export function throughFakes(fakes: ReadonlyMap<string, Fake>): Through {
  return (b, name, value) => {
    const fake = fakes.get(name);
    return fake === undefined ? undefined : fakeRead(b, value, fake);
  };
}

/** The model as it answers with its weights rounded, which stay in floating point. */
export function faked(graph: Graph, fakes: ReadonlyMap<string, Fake>): Graph {
  const b = builder(graph.name);
  const standing: Standing = new Map();
  for (const v of graph.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of graph.initialisers) {
    copyInitialiser(b, v, standing);
    const fake = fakes.get(v.name);
    if (fake !== undefined) standing.set(v, fakeRead(b, standing.get(v)!, fake).value);
  }
  for (const node of graph.nodes) copyNode(b, node, standing);
  for (const v of graph.outputs) b.output(v.name, standing.get(v)!);
  return check(simplify(b.finish()));
}

/** The weights rounded; the other axis of a matrix may be of any length. */
function fakeRead(b: Builder, weights: Value, fake: Fake): Read {
  const { rows, axis, size, block, levels } = fake;
  if (rows !== undefined) {
    const shape = b.ints(weights.dims as number[]);
    const { value, within } = fakeRead(b, b.op("Reshape", [weights, b.ints([rows, size])]), {
      axis,
      size,
      block,
      levels,
    });
    const back = (v: Value): Value => b.op("Reshape", [v, shape]);
    return { value: back(value), ...(within && { within: back(within) }) };
  }
  const groups = Math.ceil(size / block);
  const filling = groups * block - size;
  const full = filling === 0 ? weights : b.op("Pad", [weights, b.ints([0, filling]), b.scalar(0), b.ints([axis])]);
  const other = weights.dims[1 - axis];
  const across = typeof other === "number" ? other : -1;
  const split = axis === 0 ? [groups, block, across] : [across, groups, block];
  const sizes = new Float32Array(groups).fill(block);
  sizes[groups - 1] -= filling;
  const count = filling === 0 ? b.scalar(block) : b.constant(float32(axis === 0 ? [groups, 1, 1] : [groups, 1], sizes));
  const grouped: Grouped = { weights: b.op("Reshape", [full, b.ints(split)]), axis: axis === 0 ? 1 : 2, count };
  const whole = (v: Value): Value => {
    const flat = b.op("Reshape", [v, b.ints(axis === 0 ? [groups * block, across] : [across, groups * block])]);
    return filling === 0 ? flat : b.op("Slice", [flat, b.ints([0]), b.ints([size]), b.ints([axis])]);
  };
  const { value, within }: Levelled = levelled(b, grouped, levels);
  return { value: whole(value), ...(within && { within: whole(within) }) };
}
