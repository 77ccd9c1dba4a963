import { Fault } from "../../base/fault.ts";
import { nearest } from "../../base/nearest.ts";
import type { Graph, Initialiser } from "../ir.ts";
import { matcher } from "../pattern.ts";
import { removeIdentities } from "../rewrite/identities.ts";
import type { Histogram } from "./histogram.ts";
import { type Rounding, roundings } from "./matrix.ts";
import type { Moments } from "./moments.ts";
import { type RangeMethod, rangeMethods } from "./range.ts";
import type { Site } from "./site.ts";
import { unstack } from "./unstack.ts";

/**
 * fp32: as it is. fp16, int8: kept small, widened before use. int8-dynamic: products in whole numbers, the left side
 * quantised as it comes. int8-static: the left side quantised by ranges seen in calibration. int8-block, int4-block:
 * weights in blocks along the inner dimension, each with a scale.
 */
export const forms = ["fp32", "fp16", "int8", "int8-dynamic", "int8-static", "int8-block", "int4-block"] as const;
export type Form = (typeof forms)[number];

/** Does the form keep weights in blocks, each with a scale? */
export function isInBlocks(form: string): form is "int8-block" | "int4-block" {
  return form === "int8-block" || form === "int4-block";
}

/** What the sizes of blocks may be. */
export const blocks = [16, 32, 64, 128, 256] as const;

export interface Choice {
  /** The name of a node (of its first output) or of its weight; `*` stands for any characters. */
  readonly match: string;
  readonly to: Form;
}

export interface QuantiseSpec {
  readonly to: Form;
  /** Nodes left as they are, named as in a Choice. */
  readonly keep?: readonly string[];
  /** Forms for some nodes; the first choice that matches counts, and any counts before `to`. */
  readonly nodes?: readonly Choice[];
  /** For weights that their form cannot take; fp32 when not told. */
  readonly otherwise?: "fp32" | "fp16" | "int8";
  /** For large weights that no product, convolution, recurrence or table reads; as `otherwise` when not told. */
  readonly loose?: "fp32" | "fp16" | "int8";
  /** Weights with fewer elements stay float32; 1024 when not told. */
  readonly least?: number;
  /** Weights of a block; 32 when not told. */
  readonly block?: number;
  /** A zero point for each block; none when not told. */
  readonly zeroPoints?: boolean;
  /** "nearest" when not told. fp16 and int8 are always rounded to the nearest. */
  readonly rounding?: Rounding;
  /** Scales of blocks; float16 when not told, widened once when the engine loads the model. */
  readonly scales?: "float16" | "float32";
  /** 4 (when not told) lets the engine quantise the left side by block to 8 bits; 0 keeps it in floating point. */
  readonly accuracyLevel?: 0 | 4;
  /** How int8-static takes ranges from histograms; "min-max" when not told. */
  readonly range?: RangeMethod;
  readonly calibration?: Calibration;
}

/** What a model's values were over calibration inputs, by the names of values; `needsOf` says which are wanted. */
export interface Calibration {
  readonly histograms?: ReadonlyMap<string, Histogram>;
  readonly moments?: ReadonlyMap<string, Moments>;
}

/** Every setting, told or not. */
export type Settings = Required<Omit<QuantiseSpec, "calibration">> & { readonly calibration: Calibration };

/** Fills in what was not told; refuses what is no setting. */
export function filled(spec: QuantiseSpec): Settings {
  const settings: Settings = {
    to: spec.to,
    keep: spec.keep ?? [],
    nodes: spec.nodes ?? [],
    otherwise: spec.otherwise ?? "fp32",
    loose: spec.loose ?? (spec.to === "fp16" ? "fp16" : (spec.otherwise ?? "fp32")),
    least: spec.least ?? 1024,
    block: spec.block ?? 32,
    zeroPoints: spec.zeroPoints ?? false,
    rounding: spec.rounding ?? "nearest",
    scales: spec.scales ?? "float16",
    accuracyLevel: spec.accuracyLevel ?? 4,
    range: spec.range ?? "min-max",
    calibration: spec.calibration ?? {},
  };
  oneOf("form", settings.to, forms);
  for (const choice of settings.nodes) oneOf("form", choice.to, forms);
  oneOf("form for what is left", settings.otherwise, ["fp32", "fp16", "int8"]);
  oneOf("form for what stands alone", settings.loose, ["fp32", "fp16", "int8"]);
  oneOf("size of a block", settings.block, blocks);
  oneOf("rounding", settings.rounding, roundings);
  oneOf("method for ranges", settings.range, rangeMethods);
  return settings;
}

/** The graph as forms see it: weights under their own names, and where any form takes products over, stacked ones made one. */
export function prepared(graph: Graph, settings: Settings): Graph {
  const asked = [settings.to, settings.otherwise, ...settings.nodes.map((c) => c.to)];
  return asked.some((form) => form !== "fp32" && form !== "fp16") ? unstack(bare(graph)) : bare(graph);
}

/** Exporters hand a weight that several nodes share on through Identities, behind which no form would find it. */
export function bare(graph: Graph): Graph {
  return graph.nodes.some((n) => n.op === "Identity" && n.inputs[0]?.tensor !== undefined)
    ? removeIdentities(graph)
    : graph;
}

/** The form asked for at a site, or of what is read elsewhere. Refuses patterns that match none of them. */
export function chooser(
  settings: Settings,
  sites: readonly Site[],
  others: readonly Initialiser[],
): (at: Site | Initialiser) => Form {
  const choices = [...settings.keep.map((match) => ({ match, to: "fp32" as const })), ...settings.nodes];
  const rules = choices.map(({ match, to }) => ({ matches: matcher(match), to }));
  const names = [...sites.flatMap((s) => [s.name, s.weight.name]), ...others.map((v) => v.name)];
  choices.forEach(({ match }, i) => {
    if (names.some((name) => rules[i].matches(name))) return;
    const near = nearest(match, names) ?? holding(match, names);
    throw new Fault("graph/node", {
      what: `no node that reads a weight is called ${JSON.stringify(match)}`,
      why: `weights are ${listed(sites.map((s) => s.weight.name))}`,
      remedy: near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`,
    });
  });
  return (at) =>
    rules.find(({ matches }) => matches(at.name) || ("weight" in at && matches(at.weight.name)))?.to ?? settings.to;
}

function listed(names: readonly string[]): string {
  const each = [...new Set(names)];
  return each.length <= 6 ? each.join(", ") : `${each.slice(0, 6).join(", ")} and ${each.length - 6} more`;
}

/** The name that holds the longest part of a pattern: names begin with the path of a module that nobody types. */
function holding(pattern: string, names: readonly string[]): string | undefined {
  const [longest] = pattern.split("*").sort((a, b) => b.length - a.length);
  return longest.length < 3 ? undefined : names.find((name) => name.toLowerCase().includes(longest.toLowerCase()));
}

function oneOf<T extends string | number>(what: string, given: T, allowed: readonly T[]): void {
  if (allowed.includes(given)) return;
  const near = typeof given === "string" ? nearest(given, allowed as readonly string[]) : undefined;
  throw new Fault("graph/quantise", {
    what: `${JSON.stringify(given)} is no ${what} of a quantised model`,
    why: `it is one of ${allowed.join(", ")}`,
    remedy: near === undefined ? undefined : `did you mean ${near}?`,
  });
}
