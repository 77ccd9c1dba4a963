import { Fault } from "../../base/fault.ts";
import type { Graph, Initialiser } from "../ir.ts";
import { formRows } from "./forms/table.ts";
import { type Site, sitesOf } from "./site.ts";
import { chooser, type Form, type Settings } from "./spec.ts";

/** What becomes of one node that reads a weight. */
export interface Planned {
  readonly site: Site;
  readonly to: Form;
  /** Why it has another form than was asked for. */
  readonly reason?: string;
}

export interface Plan {
  readonly nodes: readonly Planned[];
  /** Large weights that no such node reads, by the operators that do. */
  readonly loose: readonly { readonly weight: Initialiser; readonly readers: readonly string[] }[];
}

/** Decides for every node before anything is written. Refuses weights that are not numbers. */
export function planOf(graph: Graph, settings: Settings): Plan {
  const sites = sitesOf(graph);
  const choose = chooser(settings, sites);
  const nodes = sites.map((site) => planned(site, choose(site), settings));
  for (const { site, to } of nodes) if (to !== "fp32") finite(site.weight);
  const taken = new Set(sites.map((s) => s.weight));
  const loose = graph.initialisers
    .filter((v) => v.type === "float32" && v.tensor.data.length >= settings.least && !taken.has(v))
    .map((weight) => ({
      weight,
      readers: [...new Set(graph.nodes.filter((n) => n.inputs.includes(weight)).map((n) => n.op))],
    }));
  return { nodes, loose };
}

function planned(site: Site, asked: Form, settings: Settings): Planned {
  if (asked === "fp32") return { site, to: "fp32", ...(settings.to === "fp32" ? {} : { reason: "kept" }) };
  const size = site.weight.tensor.data.length;
  if (asked !== "fp16" && size < settings.least)
    return { site, to: "fp32", reason: `${size} elements are fewer than ${settings.least}` };
  const row = formRows[asked];
  const reason = typeof row === "string" ? undefined : row.refuses(site, settings);
  if (reason === undefined) return { site, to: asked };
  // What meets no product in whole numbers can still be kept in them, with a scale a row or an output.
  const dynamic = asked === "int8-dynamic" && site.kind === "convolution";
  const apart = site.kind === "table" || site.kind === "recurrence";
  const whole = dynamic || (apart && (asked === "int8-dynamic" || asked === "int8-static"));
  return { site, to: whole ? "int8" : settings.otherwise, reason };
}

function finite(weight: Initialiser): void {
  const values = weight.tensor.data as Float32Array;
  const at = values.findIndex((v) => !Number.isFinite(v));
  if (at < 0) return;
  throw new Fault("graph/not-finite", {
    what: `the weight "${weight.name}" holds ${values[at]}`,
    where: `element ${at} of ${values.length}`,
    why: "no whole number stands for it, and the model that it was trained to be is broken already",
    remedy: "train or export the model again, or keep this weight as it is",
  });
}
