import { evenly } from "../../base/evenly.ts";
import { Fault } from "../../base/fault.ts";
import type { Progress } from "../../base/progress.ts";
import { calibrationOf } from "../../engine/calibration.ts";
import type { Engine, ProgramPort } from "../../engine/port.ts";
import {
  type Calibration,
  type CurvePoint,
  type Graph,
  type Needs,
  needsOf,
  quantise,
  type QuantiseSpec,
  type Sensitivity,
  smallest,
  tapped,
  toOnnx,
} from "../../graph/index.ts";
import type { Adapter } from "./adapter.ts";
import { feedsWith } from "./feeds.ts";
import { MOST_PROTOBUF } from "./files.ts";
import type { Healing } from "./heal.ts";
import { readRows, type Refusals, sampleOf } from "./rows.ts";
import { type Feeds, klDivergence, type Measure, refuseNoNumbers, saidOver, squaredError } from "./said.ts";

export interface QuantisePorts {
  readonly engine: Engine;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

export interface Calibrated {
  /** Rows of which ranges and moments were taken. */
  readonly observed: number;
  /** Other rows, over which the damage of mixtures, or of healing, was measured. */
  readonly measured: number;
  readonly refused: Refusals;
}

export interface Searched {
  readonly measure: string;
  readonly limit: number;
  readonly sensitivities: readonly Sensitivity[];
  readonly curve: readonly CurvePoint[];
  readonly best: CurvePoint | null;
}

/** Rows that ranges and moments are taken of, and rows over which mixtures are measured. */
export const OBSERVED = 256;
const MEASURED = 64;
/** The most damage of a mixed model when nobody said: nats, and a share of the outputs' squares. */
const LIMITS = { kl: 0.001, squares: 0.01 };

/** What a form made of a graph, and what was measured for it. */
export interface Smaller {
  readonly made: ReturnType<typeof quantise> | null;
  readonly search: Searched | null;
  readonly calibration: Calibrated | null;
  readonly healing: Healing | null;
}

export interface SmallerOptions {
  readonly mixed: boolean;
  /** Rows of inputs, as JSONL. */
  readonly calibrate?: string;
  readonly adapter?: Adapter;
  /** The most damage of a mixed model. */
  readonly limit?: number;
  readonly seed: number;
}

/** The graph quantised by the spec, calibrated where that is wanted; mixed, the smallest model within the limit. */
export async function smaller(
  graph: Graph,
  spec: QuantiseSpec,
  options: SmallerOptions,
  ports: QuantisePorts,
): Promise<Smaller> {
  const { mixed, adapter } = options;
  const needs = needsOf(graph, mixed ? { ...spec, to: "int4-block" } : spec);
  const needed = needs.histograms.length + needs.moments.length > 0;
  if (!needed && !mixed) return { made: quantise(graph, spec), search: null, calibration: null, healing: null };
  if (options.calibrate === undefined) {
    throw new Fault("usage/calibrate", {
      what: `nothing is given to calibrate on, which ${mixed ? "a mixed model" : spec.to === "int8-static" ? "static int8" : "rounding by gptq"} wants`,
      remedy: "give --calibrate FILE: one JSON object a line, with the numbers of each input",
    });
  }
  const read = readRows(options.calibrate);
  const most = (needed ? OBSERVED : 0) + (mixed ? MEASURED : 0);
  const sample = sampleOf(read, feedsWith(portsOf(graph.inputs), read.file, adapter), most, options.seed);
  const { runs } = sample;
  // Moments that chose the codes are not to judge them: where there are rows enough, others measure.
  const measured = mixed ? evenly(runs, Math.min(MEASURED, Math.ceil(runs.length / (needed ? 2 : 1)))) : [];
  const apart = runs.filter((feeds) => !measured.includes(feeds));
  const observed = needed ? (apart.length > 0 ? apart : runs) : [];
  const calibration = { observed: observed.length, measured: measured.length, refused: sample.refused };
  const full = needed ? { ...spec, calibration: await observedOf(graph, needs, observed, ports) } : spec;
  if (!mixed) return { made: quantise(graph, full), search: null, calibration, healing: null };
  const measure = adapter === undefined ? squaredError : klDivergence(adapter);
  const limit = options.limit ?? (adapter === undefined ? LIMITS.squares : LIMITS.kl);
  const result = await searched(graph, full, measured, measure, limit, ports);
  const { sensitivities, curve, best } = result;
  return {
    made: result.spec === undefined ? null : quantise(graph, result.spec),
    search: { measure: measure.name, limit, sensitivities, curve, best: best ?? null },
    calibration,
    healing: null,
  };
}

export async function observedOf(
  graph: Graph,
  needs: Needs,
  runs: readonly Feeds[],
  { engine, progress, signal }: QuantisePorts,
): Promise<Calibration> {
  refuseLarge(tapped(graph, needs));
  const told = (done: number, total: number): void =>
    progress.report({ stage: "quantise", label: "calibrating", done, total });
  return calibrationOf(engine, graph, needs, runs, { thread: "worker", signal, progress: told });
}

async function searched(
  graph: Graph,
  spec: QuantiseSpec,
  runs: readonly Feeds[],
  measure: Measure,
  limit: number,
  { engine, progress, signal }: QuantisePorts,
): ReturnType<typeof smallest> {
  const parent = await saidOver(bytesOf(graph), runs, measure, engine, signal);
  refuseNoNumbers(parent);
  let done = 0;
  return smallest(graph, {
    spec: { ...spec, otherwise: spec.otherwise ?? "fp16" },
    forms: ["int8", "int4-block"],
    limit,
    damage: async (child) => {
      progress.report({ stage: "quantise", label: "measuring mixtures", done: done++ });
      return measure.damage(parent, await saidOver(bytesOf(child), runs, measure, engine, signal));
    },
  });
}

export function bytesOf(graph: Graph): Uint8Array {
  refuseLarge(graph);
  return toOnnx(graph);
}

function refuseLarge(graph: Graph): void {
  const held = graph.initialisers.reduce((sum, v) => sum + v.tensor.data.byteLength, 0);
  if (held < MOST_PROTOBUF - 2 ** 24) return;
  throw new Fault("quantise/too-large", {
    what: `the model holds ${held} bytes, and calibration runs models below ${MOST_PROTOBUF}`,
    remedy: "ask for a form and a rounding that want no calibration: int4 with --rounding hqq, say",
  });
}

export function portsOf(values: Graph["inputs"]): ProgramPort[] {
  return values.map(({ name, type, dims }) => ({
    name,
    type,
    dims: dims.map((d) => (typeof d === "number" ? d : String(d))),
  }));
}
