import type { Graph, Initialiser } from "../ir.ts";
import { refuseNotFinite, refuseNotNumbers } from "./finite.ts";
import { formRows } from "./forms/table.ts";
import { refusesHalf } from "./fp16.ts";
import { refusesInt8 } from "./int8.ts";
import { type Site, sitesOf } from "./site.ts";
import { chooser, type Form, isInBlocks, type Settings } from "./spec.ts";
import { wholeReaders } from "./whole.ts";

/** What becomes of one node that reads a weight. */
export interface Planned {
  readonly site: Site;
  readonly to: Form;
  /** Why it has another form than was asked for. */
  readonly reason?: string;
}

/** A large weight that no such node reads. */
export interface Loose {
  readonly weight: Initialiser;
  /** "fp64" is as it was. */
  readonly to: Form | "fp64";
  readonly reason?: string;
}

export interface Plan {
  readonly nodes: readonly Planned[];
  readonly loose: readonly Loose[];
  /** What is no such weight and is to stay, by name. */
  readonly kept: ReadonlySet<string>;
}

/** Decides for every node before anything is written. Refuses weights that are not numbers. */
export function planOf(graph: Graph, settings: Settings): Plan {
  const sites = sitesOf(graph);
  const taken = new Set(sites.map((s) => s.weight));
  const others = graph.initialisers.filter((v) => !taken.has(v));
  const choose = chooser(settings, sites, others);
  const asked = sites.map((site) => ({ site, form: choose(site) }));
  for (const { site, form } of asked) if (form !== "fp32") refuseNotFinite(site.weight);
  for (const v of others) if (settings.to !== "fp32" && choose(v) !== "fp32") refuseNotNumbers(v);
  const readers = wholeReaders(graph, sites);
  return {
    nodes: alike(asked.map(({ site, form }) => planned(site, form, settings, readers.get(site.weight) ?? []))),
    loose: others.flatMap((weight) => looseOf(graph, weight, choose(weight), settings)),
    kept: new Set(others.filter((v) => choose(v) === "fp32").map((v) => v.name)),
  };
}

function planned(site: Site, asked: Form, settings: Settings, readers: readonly string[]): Planned {
  if (asked === "fp32") return { site, to: "fp32", ...(settings.to === "fp32" ? {} : { reason: "kept" }) };
  const size = site.weight.tensor.data.length;
  if (asked !== "fp16" && size < settings.least)
    return { site, to: "fp32", reason: `${size} elements are fewer than ${settings.least}` };
  const row = formRows[asked];
  const refused = typeof row === "string" ? undefined : row.refuses(site, settings);
  const rewritten = typeof row !== "string" && site.kind !== "convolution" && site.kind !== "recurrence";
  const reason = refused ?? (rewritten ? alsoWhole(readers) : undefined);
  if (reason === undefined && typeof row !== "string") return { site, to: asked };
  // What meets no product in whole numbers can still be kept in them, with a scale a row or an output.
  const dynamic = asked === "int8-dynamic" && site.kind === "convolution";
  const apart = site.kind === "table" || site.kind === "recurrence" || refused === undefined;
  const whole = dynamic || (apart && (asked === "int8-dynamic" || asked === "int8-static"));
  return held(site, reason === undefined ? asked : whole ? "int8" : settings.otherwise, reason);
}

/** The weight kept small as it is, or why it cannot be. */
function held(site: Site, to: Form, reason: string | undefined): Planned {
  const refused = to === "fp16" ? refusesHalf(site.weight) : to === "int8" ? refusesInt8(site.weight, site) : undefined;
  if (refused !== undefined) return { site, to: "fp32", reason: refused };
  return { site, to, ...(reason !== undefined && { reason }) };
}

function alsoWhole(readers: readonly string[]): string | undefined {
  if (readers.length === 0) return undefined;
  return `${readers.join(", ")} ${readers.length === 1 ? "reads" : "read"} it too, and would have to have it whole beside its blocks or codes`;
}

const ranks: readonly Form[] = ["fp32", "fp16", "int8", "int8-block", "int4-block"];

/** A weight that is kept small lies in the file once: the least small form wins where nodes ask for several. */
function alike(nodes: readonly Planned[]): Planned[] {
  const widest = new Map<Initialiser, Planned>();
  for (const node of nodes.filter(isStored)) {
    const known = widest.get(node.site.weight);
    if (known === undefined || ranks.indexOf(node.to) < ranks.indexOf(known.to)) widest.set(node.site.weight, node);
  }
  return nodes.map((node) => {
    const widestNode = isStored(node) ? widest.get(node.site.weight)! : node;
    if (widestNode.to === node.to) return node;
    return {
      site: node.site,
      to: widestNode.to,
      reason: `it lies in the file once, and "${widestNode.site.name}" reads it as ${widestNode.to}`,
    };
  });
}

/** Is the weight kept small and widened before use, the node as it was? Else its node is written anew. */
export function isStored({ site, to }: Planned): boolean {
  if (typeof formRows[to] === "string") return true;
  return isInBlocks(to) && (site.kind === "convolution" || site.kind === "recurrence");
}

/** A large weight of another place, or of other numbers than float32; nothing where it is small or holds whole numbers. */
function looseOf(graph: Graph, weight: Initialiser, asked: Form, settings: Settings): Loose[] {
  const { type, tensor } = weight;
  if (tensor.data.length < settings.least) return [];
  if (type === "float16" || type === "float64") {
    const reason = `its numbers are ${type}, and only float32 is quantised`;
    const to = type === "float16" ? "fp16" : "fp64";
    return [{ weight, to, ...(settings.to !== to && settings.to !== "fp32" && { reason }) }];
  }
  if (type !== "float32") return [];
  const by = [...new Set(graph.nodes.filter((n) => n.inputs.includes(weight)).map((n) => n.op))];
  const apart = `read by ${by.join(", ") || "no node"}, not as a weight of a product, convolution, recurrence or table`;
  const to = asked === "fp32" ? "fp32" : settings.loose;
  const refused = to === "fp16" ? refusesHalf(weight) : to === "int8" ? refusesInt8(weight) : undefined;
  if (refused !== undefined) return [{ weight, to: "fp32", reason: refused }];
  return [{ weight, to, ...(to !== settings.to && { reason: apart }) }];
}
