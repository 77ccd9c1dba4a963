import { evenly } from "../base/evenly.ts";
import { Fault } from "../base/fault.ts";
import type { Progress } from "../base/progress.ts";
import type { Engine, ProgramPort } from "../engine/port.ts";
import {
  type Calibration,
  type CurvePoint,
  type Form,
  type Graph,
  needsOf,
  observe,
  quantise,
  type QuantiseReport,
  type QuantiseSpec,
  type Sensitivity,
  smallest,
  tapped,
  toOnnx,
} from "../graph/index.ts";
import type { Margins } from "../record/task.ts";
import { type Adapter, readAdapter } from "./adapter.ts";
import { feedsWith } from "./adapter-feeds.ts";
import { MOST_PROTOBUF, readModel, refuseSource, targetOf, type Written, writeModel } from "./quantise-files.ts";
import { judge, type Judged } from "./quantise-judge.ts";
import { readRows, type Refusals, sampleOf } from "./quantise-rows.ts";
import { checkOutput, type Feeds, klDivergence, type Measure, saidOver, squaredError } from "./quantise-said.ts";

export interface QuantiseQuestion {
  readonly model: string;
  readonly to: Form | "mixed";
  readonly settings: Pick<QuantiseSpec, "keep" | "nodes" | "block" | "zeroPoints" | "rounding" | "range" | "otherwise">;
  /** Rows of inputs, as JSONL. */
  readonly calibrate?: string;
  readonly adapter?: string;
  /** Rows that both models answer. */
  readonly data?: string;
  readonly margins: Margins;
  /** The most damage of a mixed model. */
  readonly limit?: number;
  /** A file or a folder; beside the model when not told. */
  readonly out?: string;
  readonly seed: number;
}

export interface QuantiseOutcome {
  readonly source: { readonly path: string; readonly bytes: number };
  /** null where no mixture is within the limit, and nothing is written. */
  readonly written: Written | null;
  readonly to: Form | "mixed";
  readonly report: QuantiseReport | null;
  readonly calibration: Calibrated | null;
  readonly search: Searched | null;
  readonly judged: Judged | null;
}

export interface Calibrated {
  /** Rows of which ranges and moments were taken. */
  readonly observed: number;
  /** Other rows, over which the damage of mixtures was measured. */
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

export interface QuantisePorts {
  readonly engine: Engine;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Rows that ranges and moments are taken of, and rows over which mixtures are measured. */
const OBSERVED = 256;
const MEASURED = 64;
/** The most damage of a mixed model when nobody said: nats, and a share of the outputs' squares. */
const LIMITS = { kl: 0.001, squares: 0.01 };

/** Quantises a model that may have been made anywhere, writes it beside its parent, and judges it where rows are given. */
export async function quantiseModel(question: QuantiseQuestion, ports: QuantisePorts): Promise<QuantiseOutcome> {
  const { model, to, data } = question;
  const adapter = question.adapter === undefined ? undefined : readAdapter(question.adapter);
  if (data !== undefined && adapter === undefined) {
    throw new Fault("usage/adapter", {
      what: "--data is given without --adapter",
      why: "nothing says which output holds the answer and what its labels are",
      remedy: "describe the model's inputs, output and labels in a small JSON file: docs/quantise.md",
    });
  }
  ports.progress.report({ stage: "quantise", label: `reading ${model}`, done: 0 });
  const source = readModel(model);
  const target = targetOf(model, to, question.out);
  refuseSource(target, source.paths);
  if (adapter !== undefined) checkOutput(portsOf(source.graph.outputs), adapter);
  const rows = data === undefined ? undefined : readRows(data);
  const spec: QuantiseSpec = { ...question.settings, to: to === "mixed" ? "fp16" : to };
  const { made, search, calibration } = await smaller(source.graph, spec, question, adapter, ports);
  const written = made && writeModel(made.graph, target);
  const judged =
    rows && written && adapter
      ? await judge({
          read: rows,
          adapter,
          parent: { name: model, bytes: source.bytes },
          child: { name: written.path, bytes: written.bytes },
          margins: question.margins,
          ...ports,
        })
      : null;
  const { bytes } = source;
  return { source: { path: model, bytes }, written, to, report: made && made.report, calibration, search, judged };
}

interface Smaller {
  readonly made: ReturnType<typeof quantise> | null;
  readonly search: Searched | null;
  readonly calibration: Calibrated | null;
}

async function smaller(
  graph: Graph,
  spec: QuantiseSpec,
  question: QuantiseQuestion,
  adapter: Adapter | undefined,
  ports: QuantisePorts,
): Promise<Smaller> {
  const mixed = question.to === "mixed";
  const needs = needsOf(graph, mixed ? { ...spec, to: "int4-block" } : spec);
  const needed = needs.histograms.length + needs.moments.length > 0;
  if (!needed && !mixed) return { made: quantise(graph, spec), search: null, calibration: null };
  if (question.calibrate === undefined) {
    throw new Fault("usage/calibrate", {
      what: `nothing is given to calibrate on, which ${mixed ? "a mixed model" : spec.to === "int8-static" ? "static int8" : "rounding by gptq"} wants`,
      remedy: "give --calibrate FILE: one JSON object a line, with the numbers of each input",
    });
  }
  const read = readRows(question.calibrate);
  const most = (needed ? OBSERVED : 0) + (mixed ? MEASURED : 0);
  const sample = sampleOf(read, feedsWith(portsOf(graph.inputs), read.file, adapter), most, question.seed);
  const { runs } = sample;
  // Moments that chose the codes are not to judge them: where there are rows enough, others measure.
  const measured = mixed ? evenly(runs, Math.min(MEASURED, Math.ceil(runs.length / (needed ? 2 : 1)))) : [];
  const apart = runs.filter((feeds) => !measured.includes(feeds));
  const observed = needed ? (apart.length > 0 ? apart : runs) : [];
  const calibration = { observed: observed.length, measured: measured.length, refused: sample.refused };
  const full = needed ? { ...spec, calibration: await observedOf(graph, needs, observed, ports) } : spec;
  if (!mixed) return { made: quantise(graph, full), search: null, calibration };
  const measure = adapter === undefined ? squaredError : klDivergence(adapter);
  const limit = question.limit ?? (adapter === undefined ? LIMITS.squares : LIMITS.kl);
  const result = await searched(graph, full, measured, measure, limit, ports);
  const { sensitivities, curve, best } = result;
  return {
    made: result.spec === undefined ? null : quantise(graph, result.spec),
    search: { measure: measure.name, limit, sensitivities, curve, best: best ?? null },
    calibration,
  };
}

async function observedOf(
  graph: Graph,
  needs: ReturnType<typeof needsOf>,
  runs: readonly Feeds[],
  { engine, progress, signal }: QuantisePorts,
): Promise<Calibration> {
  const program = await engine.load(bytesOf(tapped(graph, needs)));
  let seen: Calibration = {};
  try {
    for (const [done, feeds] of runs.entries()) {
      progress.report({ stage: "quantise", label: "calibrating", done, total: runs.length });
      const wanted = Object.entries(feeds).filter(([name]) => program.inputs.some((input) => input.name === name));
      seen = observe(seen, needs, await program.run(Object.fromEntries(wanted), { signal }));
    }
  } finally {
    await program.close();
  }
  return seen;
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

function bytesOf(graph: Graph): Uint8Array {
  const held = graph.initialisers.reduce((sum, v) => sum + v.tensor.data.byteLength, 0);
  if (held < MOST_PROTOBUF - 2 ** 24) return toOnnx(graph);
  throw new Fault("quantise/too-large", {
    what: `the model holds ${held} bytes, and calibration runs models below ${MOST_PROTOBUF}`,
    remedy: "ask for a form and a rounding that want no calibration: int4 with --rounding hqq, say",
  });
}

function portsOf(values: Graph["inputs"]): ProgramPort[] {
  return values.map(({ name, type, dims }) => ({
    name,
    type,
    dims: dims.map((d) => (typeof d === "number" ? d : String(d))),
  }));
}
