import { bytesOf } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import type { OpName } from "../op/table.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { simplify } from "../rewrite/simplify.ts";
import { Parts, type Writing } from "./forms/form.ts";
import { widenedBlocks } from "./forms/widened.ts";
import { formRows } from "./forms/table.ts";
import { halfOf } from "./fp16.ts";
import { int8Of } from "./int8.ts";
import { settingsOf } from "./observe.ts";
import { isStored, type Plan, planOf } from "./plan.ts";
import { type Form, isInBlocks, prepared, type QuantiseSpec, type Settings } from "./spec.ts";
import type { Site } from "./site.ts";
import { storeWeights } from "./store.ts";

/** What became of one weight where one node reads it. */
export interface QuantisedNode {
  /** The name of the node's first output. */
  readonly name: string;
  readonly op: OpName | "";
  readonly weight: string;
  /** "fp64" is never made, and stays. */
  readonly from: Form | "fp64";
  readonly to: Form | "fp64";
  /** Of the weight before and of its parts after; 0 at the second node that reads them. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Why it has another form than was asked for. */
  readonly reason?: string;
}

export interface QuantiseReport {
  readonly nodes: readonly QuantisedNode[];
  /** Of all tensors that the model holds. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

export interface QuantisedGraph {
  readonly graph: Graph;
  readonly report: QuantiseReport;
}

/**
 * The graph with its weights in fewer bits, node by node as the spec says. What a form cannot take is left as `otherwise`
 * says and listed with the reason. Inputs and outputs stay as they are. Same in, same out.
 */
export function quantise(graph: Graph, spec: QuantiseSpec): QuantisedGraph {
  const settings = settingsOf(graph, spec);
  const source = prepared(graph, settings);
  const plan = planOf(source, settings);
  const { written, bytes } = write(source, plan, settings);
  const small = store(written, source, plan, settings);
  return { graph: small, report: reportOf(graph, small, plan, bytes) };
}

/** Nodes whose form replaces them are written anew. The bytes are those of each node's parts, in the order of the plan. */
function write(graph: Graph, plan: Plan, settings: Settings): { written: Graph; bytes: ReadonlyMap<Node, number> } {
  const replaced = plan.nodes.filter((p) => !isStored(p));
  if (replaced.length === 0) return { written: graph, bytes: new Map() };
  const b: Builder = builder(graph.name);
  const standing: Standing = new Map();
  for (const v of graph.inputs) standing.set(v, b.input(v.name, v.type, v.dims));
  for (const v of graph.initialisers) copyInitialiser(b, v, standing);
  const onlyRelu = readByReluAlone(graph);
  const writing: Writing = { b, settings, standing, onlyRelu, parts: new Parts(b), levelled: new Map() };
  const planned = new Map(replaced.map((p) => [p.site.node, p]));
  const bytes = new Map<Node, number>();
  for (const node of graph.nodes) {
    const found = planned.get(node);
    const row = found === undefined ? "none" : formRows[found.to];
    if (found === undefined || typeof row === "string") copyNode(b, node, standing);
    else {
      const before = writing.parts.bytes;
      standing.set(node.outputs[0]!, row.write(writing, found.site));
      bytes.set(node, writing.parts.bytes - before);
    }
  }
  for (const v of graph.outputs) b.output(v.name, standing.get(v)!);
  return { written: check(simplify(b.finish())), bytes };
}

/** Weights that are kept small and widened before use. */
function store(graph: Graph, source: Graph, plan: Plan, settings: Settings): Graph {
  const forms = new Map<string, Form | "fp64">(plan.loose.map(({ weight, to }) => [weight.name, to]));
  const sites = new Map<string, Site>();
  for (const planned of plan.nodes.filter(isStored)) {
    forms.set(planned.site.weight.name, planned.to);
    sites.set(planned.site.weight.name, planned.site);
  }
  const small = settings.loose === "fp16" ? "fp16" : "fp32";
  if (small === "fp32" && ![...forms.values()].some((f) => f !== "fp32" && f !== "fp64")) return graph;
  // What the forms before have made stays as they made it.
  const known = new Set(source.initialisers.map((v) => v.name));
  const taken = new Set(plan.nodes.map((p) => p.site.weight.name));
  return storeWeights(graph, (b, weight, use) => {
    const left = known.has(weight.name) && !taken.has(weight.name) && !plan.kept.has(weight.name) ? small : "fp32";
    const form = forms.get(weight.name) ?? left;
    if (form === "fp16") return halfOf(b, weight, use);
    if (isInBlocks(form))
      return widenedBlocks(b, sites.get(weight.name) as Site, settings, form === "int4-block" ? 4 : 8);
    return form === "int8" ? int8Of(b, weight, use) : undefined;
  });
}

function readByReluAlone(graph: Graph): (value: Value) => boolean {
  const readers = new Map<Value, Set<string>>();
  const note = (v: Value | undefined, by: string): void => {
    if (v !== undefined) readers.set(v, (readers.get(v) ?? new Set()).add(by));
  };
  for (const node of graph.nodes) for (const v of node.inputs) note(v, node.op);
  for (const v of graph.outputs) note(v, "output");
  return (value) => [...(readers.get(value) ?? [])].join() === "Relu";
}

function reportOf(before: Graph, after: Graph, plan: Plan, written: ReadonlyMap<Node, number>): QuantiseReport {
  const sizes = new Map(after.initialisers.map((v) => [v.name, bytesIn(v)]));
  const kept = (name: string): number =>
    [name, `${name}.scale`, `${name}.zero`].reduce((sum, part) => sum + (sizes.get(part) ?? 0), 0);
  const seen = new Set<string>();
  const first = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
  const nodes = plan.nodes.map((planned): QuantisedNode => {
    const { site, to, reason } = planned;
    const { name, node, weight } = site;
    const bytesBefore = first(weight.name) ? bytesIn(weight) : 0;
    const stored = isStored(planned);
    const bytesAfter = stored ? (first(`${weight.name}:stored`) ? kept(weight.name) : 0) : (written.get(node) ?? 0);
    return {
      name,
      op: node.op,
      weight: weight.name,
      from: "fp32",
      to,
      bytesBefore,
      bytesAfter,
      ...(reason && { reason }),
    };
  });
  const loose = plan.loose.map(({ weight, to, reason }): QuantisedNode => {
    const { name, type } = weight;
    return {
      name,
      op: "",
      weight: name,
      from: type === "float16" ? "fp16" : type === "float64" ? "fp64" : "fp32",
      to,
      bytesBefore: bytesIn(weight),
      bytesAfter: kept(name),
      ...(reason && { reason }),
    };
  });
  const total = (g: Graph): number => g.initialisers.reduce((sum, v) => sum + bytesIn(v), 0);
  return { nodes: [...nodes, ...loose], bytesBefore: total(before), bytesAfter: total(after) };
}

function bytesIn(v: Initialiser): number {
  return bytesOf(v.tensor.data).byteLength;
}
