import { bytesOf } from "../../base/tensor.ts";
import { type Builder, builder } from "../build.ts";
import { check } from "../check.ts";
import type { Graph, Initialiser, Node, Value } from "../ir.ts";
import type { OpName } from "../op/table.ts";
import { copyInitialiser, copyNode, type Standing } from "../rewrite/copy.ts";
import { simplify } from "../rewrite/simplify.ts";
import { Parts, type Writing } from "./forms/form.ts";
import { isStored, widenedBlocks } from "./forms/widened.ts";
import { formRows } from "./forms/table.ts";
import { halfOf } from "./fp16.ts";
import { int8Of } from "./int8.ts";
import { type Plan, planOf } from "./plan.ts";
import { type Form, prepared, type QuantiseSpec, type Settings, settingsOf } from "./spec.ts";
import type { Site } from "./site.ts";
import { storeWeights } from "./store.ts";

/** What became of one weight where one node reads it. */
export interface QuantisedNode {
  /** The name of the node's first output. */
  readonly name: string;
  readonly op: OpName | "";
  readonly weight: string;
  readonly from: Form;
  readonly to: Form;
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
  const settings = settingsOf(spec);
  const source = prepared(graph, settings);
  const plan = planOf(source, settings);
  const { written, bytes } = write(source, plan, settings);
  const small = store(written, source, plan, settings);
  return { graph: small, report: reportOf(graph, small, plan, bytes, settings) };
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

/** Weights that are kept small and widened before use; the least small form wins where nodes ask for several. */
function store(graph: Graph, source: Graph, plan: Plan, settings: Settings): Graph {
  const forms = new Map<string, Form>();
  const sites = new Map<string, Site>();
  for (const planned of plan.nodes) {
    const { site, to } = planned;
    if (!isStored(planned)) continue;
    const before = forms.get(site.weight.name);
    if (before !== undefined && rank(to) >= rank(before)) continue;
    forms.set(site.weight.name, to);
    sites.set(site.weight.name, site);
  }
  const { loose } = settings;
  const taken = new Set(plan.nodes.map((p) => p.site.weight.name));
  const large = new Set(plan.loose.map((l) => l.weight.name));
  if (loose === "fp32" && ![...forms.values()].some((f) => f !== "fp32")) return graph;
  const known = new Set(source.initialisers.map((v) => v.name));
  return storeWeights(graph, (b, weight, use) => {
    // What the forms before have made stays as they made it.
    if (!known.has(weight.name)) return undefined;
    const form = forms.get(weight.name) ?? (taken.has(weight.name) ? "fp32" : loose);
    if (form === "fp16") return halfOf(b, weight, use);
    if (form === "int4-block" || form === "int8-block")
      return widenedBlocks(b, sites.get(weight.name) as Site, settings, form === "int4-block" ? 4 : 8);
    if (form === "int8" && (taken.has(weight.name) || large.has(weight.name))) return int8Of(b, weight, use);
    return undefined;
  });
}

const rank = (form: Form): number => ["fp32", "fp16", "int8", "int8-block", "int4-block"].indexOf(form);

function readByReluAlone(graph: Graph): (value: Value) => boolean {
  const readers = new Map<Value, Set<string>>();
  const note = (v: Value | undefined, by: string): void => {
    if (v !== undefined) readers.set(v, (readers.get(v) ?? new Set()).add(by));
  };
  for (const node of graph.nodes) for (const v of node.inputs) note(v, node.op);
  for (const v of graph.outputs) note(v, "output");
  return (value) => [...(readers.get(value) ?? [])].join() === "Relu";
}

function reportOf(
  before: Graph,
  after: Graph,
  plan: Plan,
  written: ReadonlyMap<Node, number>,
  settings: Settings,
): QuantiseReport {
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
  const loose = plan.loose.map(({ weight, readers }): QuantisedNode => {
    const to = settings.loose;
    const reason = `read by ${readers.join(", ") || "no node"}, not as a weight of a product, convolution, recurrence or table`;
    const name = weight.name;
    return {
      name,
      op: "",
      weight: name,
      from: "fp32",
      to,
      bytesBefore: bytesIn(weight),
      bytesAfter: kept(name),
      reason,
    };
  });
  const total = (g: Graph): number => g.initialisers.reduce((sum, v) => sum + bytesIn(v), 0);
  return { nodes: [...nodes, ...loose], bytesBefore: total(before), bytesAfter: total(after) };
}

function bytesIn(v: Initialiser): number {
  return bytesOf(v.tensor.data).byteLength;
}
