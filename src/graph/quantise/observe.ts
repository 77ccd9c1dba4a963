import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import { extend } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Value } from "../ir.ts";
import { removeDead } from "../rewrite/dead.ts";
import { addValues, emptyHistogram, type Histogram } from "./histogram.ts";
import { addMoments, type Moments } from "./moments.ts";
import { oddProduct } from "./forms/form.ts";
import { hasPatches, momentsName, patches } from "./patches.ts";
import { sitesOf } from "./site.ts";
import {
  bare,
  type Calibration,
  chooser,
  filled,
  isInBlocks,
  prepared,
  type QuantiseSpec,
  type Settings,
} from "./spec.ts";

/** The values of a graph of which a spec needs to know, by name. */
export interface Needs {
  readonly histograms: readonly string[];
  readonly moments: readonly string[];
}

/** What has to be seen of a graph before it can be quantised so; nothing where the spec needs no calibration. */
export function needsOf(graph: Graph, spec: QuantiseSpec): Needs {
  const settings = filled(spec);
  const sites = sitesOf(prepared(graph, settings));
  const choose = chooser(settings, sites, graph.initialisers);
  const histograms = new Set<string>();
  const moments = new Set<string>();
  for (const site of sites) {
    const to = choose(site);
    if (to === "int8-static" && site.kind !== "table") {
      histograms.add(site.data.name);
      if (site.kind === "convolution") histograms.add(site.name);
    }
    const whole = to !== "fp32" && to !== "fp16" && to !== "int8";
    const product = site.kind === "product" && oddProduct(site) === undefined;
    const multiplied =
      (whole && product && typeof site.data.dims.at(-1) === "number") || (isInBlocks(to) && hasPatches(site));
    if (multiplied && settings.rounding === "gptq") moments.add(momentsName(site));
  }
  return { histograms: [...histograms], moments: [...moments] };
}

/** Fills in what was not told; refuses a spec that needs what a calibration would have seen of the graph, and has none. */
export function settingsOf(graph: Graph, spec: QuantiseSpec): Settings {
  const settings = filled(spec);
  const { histograms, moments } = settings.calibration;
  if (histograms?.size && moments?.size) return settings;
  const needs = needsOf(graph, spec);
  if (needs.histograms.length > 0 && !histograms?.size) {
    throw new Fault("graph/calibration", {
      what: "static int8 was asked for without ranges from calibration",
      why: "the left side of every product is quantised by what was seen of it",
      remedy: "run calibration inputs and give their histograms, or ask for int8-dynamic",
    });
  }
  if (needs.moments.length > 0 && !moments?.size) {
    throw new Fault("graph/calibration", {
      what: "rounding by GPTQ was asked for without second moments from calibration",
      remedy: "run calibration inputs and give their moments, or round by mse or hqq",
    });
  }
  return settings;
}

const valuesOf = (name: string): string => `${name}:values`;
const momentsOf = (name: string): string => `${name}:moments`;
const rowsOf = (name: string): string => `${name}:rows`;

/** The graph with what is to be seen as its only outputs: run it on calibration inputs and `observe` each result. */
export function tapped(graph: Graph, needs: Needs): Graph {
  const values = new Map<string, Value>();
  for (const v of [...graph.inputs, ...graph.initialisers, ...graph.nodes.flatMap((n) => n.outputs)])
    if (v !== undefined) values.set(v.name, v);
  const find = (name: string): Value => {
    const found = values.get(name);
    if (found !== undefined) return found;
    throw new Fault("graph/calibration", {
      what: `the graph has no value "${name}"`,
      remedy: "tap the graph that is to be quantised",
    });
  };
  const b = extend(graph, { outputs: false });
  for (const name of needs.histograms) b.output(valuesOf(name), b.op("Identity", [find(name)]));
  const sites = new Map(sitesOf(bare(graph)).map((site) => [momentsName(site), site]));
  for (const name of needs.moments) {
    const site = sites.get(name);
    const v = site?.kind === "convolution" ? patches(b, site.node) : find(name);
    const size = v.dims.at(-1);
    if (typeof size !== "number") continue;
    const rows = b.op("Reshape", [v, b.ints([-1, size])]);
    b.output(momentsOf(name), b.op("Gemm", [rows, rows], { transA: 1 }));
    b.output(rowsOf(name), b.op("Shape", [rows]));
  }
  return check(removeDead(b.finish()));
}

/** What was seen so far and one more run of the tapped graph. */
export function observe(seen: Calibration, needs: Needs, results: Readonly<Record<string, Tensor>>): Calibration {
  const histograms = new Map<string, Histogram>(seen.histograms);
  const moments = new Map<string, Moments>(seen.moments);
  for (const name of needs.histograms) {
    const found = results[valuesOf(name)];
    if (found !== undefined) histograms.set(name, addValues(histograms.get(name) ?? emptyHistogram, numbers(found)));
  }
  for (const name of needs.moments) {
    const found = results[momentsOf(name)];
    if (found === undefined) continue;
    const rows = Number(results[rowsOf(name)]?.data[0] ?? 0);
    moments.set(name, addMoments(moments.get(name), numbers(found), rows));
  }
  return { histograms, moments };
}

function numbers(t: Tensor): ArrayLike<number> {
  if (t.type === "float32" || t.type === "float64") return t.data as Float32Array | Float64Array;
  throw new Fault("graph/calibration", { what: `calibration takes floating numbers and was given ${t.type}` });
}
