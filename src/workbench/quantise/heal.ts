import { Fault } from "../../base/fault.ts";
import { random } from "../../base/random.ts";
import { type Form, type Graph, needsOf, quantise, type QuantiseSpec } from "../../graph/index.ts";
import { heal } from "../../learn/heal/heal.ts";
import type { Answers } from "../../learn/heal/said.ts";
import type { Adapter } from "./adapter.ts";
import { batchesOf } from "./batches.ts";
import { feedsWith } from "./feeds.ts";
import { readRows, sampleOf } from "./rows.ts";
import { type Feeds, klDivergence, type Measure, saidOver, squaredError } from "./said.ts";
import { bytesOf, OBSERVED, observedOf, portsOf, type QuantisePorts, type Smaller } from "./smaller.ts";

export interface HealQuestion {
  /** Times that the rows are gone through; by their number when not told. */
  readonly epochs?: number;
}

/** What healing did, by the divergence from the parent on rows that neither form learned from. */
export interface Healing {
  readonly measure: string;
  readonly learned: number;
  readonly judged: number;
  readonly epochs: number;
  /** Of the form as it was rounded. */
  readonly before: number;
  /** Of the healed form. */
  readonly after: number;
  /** The one of less divergence. */
  readonly kept: "healed" | "unhealed";
}

/** Rows that are taken, and what their numbers may hold in memory. */
const ROWS = { least: 16, most: 4096, bytes: 2 ** 28 } as const;
/** Rows that neither form learns from: this share, and no more than so many. */
const JUDGED = { share: 0.15, most: 512 } as const;
const BATCH = 16;
/** About as many steps, however many rows there are, within these numbers of epochs; and so many batches at least. */
const STEPS = 1_000;
const EPOCHS = { least: 4, most: 16 } as const;
const BATCHES = 64;

const healable: readonly (Form | "mixed")[] = ["int4-block", "int8-block", "int8", "int8-dynamic"];

/** Refuses before anything is read what cannot be healed, or by nothing. */
export function refuseHealing(to: Form | "mixed", calibrate: string | undefined): void {
  if (!healable.includes(to)) {
    throw new Fault("usage/heal", {
      what: `--heal is given for ${to}`,
      why: "weights are healed that are rounded to whole numbers, each form alone",
      remedy: "give --to with one of int4, int8-block, int8, int8-dynamic",
    });
  }
  if (calibrate === undefined) {
    throw new Fault("usage/calibrate", {
      what: "--heal is given without --calibrate",
      why: "the smaller form learns from the parent's answers to rows; they need no labels",
      remedy:
        "give --calibrate FILE: one JSON object a line, with the numbers of each input or as an adapter reads them",
    });
  }
}

export interface HealOptions extends HealQuestion {
  /** What the output holds that is taught; without it the numbers of the model's one output are. */
  readonly adapter?: Adapter;
  /** Rows of inputs, as JSONL. */
  readonly calibrate: string;
  readonly seed: number;
}

/**
 * The graph quantised by the spec, and once more after its weights were healed (learn/heal): what is given back is the one that
 * diverges less from its parent on rows that neither has learned from.
 */
export async function healed(
  graph: Graph,
  spec: QuantiseSpec,
  options: HealOptions,
  ports: QuantisePorts,
): Promise<Smaller> {
  const { adapter, seed } = options;
  const { measure, ...answers } = aimOf(graph, adapter);
  const { engine, progress, signal } = ports;
  const read = readRows(options.calibrate);
  const feedsOf = feedsWith(portsOf(graph.inputs), read.file, adapter);
  const { runs, refused } = sampleOf(read, feedsOf, ROWS.most, seed, ROWS.bytes);
  if (runs.length < ROWS.least) {
    throw new Fault("quantise/few-rows", {
      what: `${runs.length} rows of ${read.file} fit the model, and healing wants ${ROWS.least} or more`,
      why: "most are learned from, and the others say whether that was of use",
      remedy: "bring more rows, best some thousands; they need no labels",
    });
  }
  const learned = random(seed, "healing rows").shuffle([...runs]);
  const judged = learned.splice(0, Math.min(JUDGED.most, Math.ceil(JUDGED.share * learned.length)));
  const said = (of: Graph): ReturnType<typeof saidOver> => saidOver(bytesOf(of), judged, measure, engine, signal);
  progress.report({ stage: "quantise", label: "the parent answers", done: 0 });
  const parent = await said(graph);
  const apart = async (of: Graph): Promise<number> => measure.damage(parent, await said(of));

  const needs = needsOf(graph, spec);
  const seen = needs.histograms.length + needs.moments.length > 0 ? learned.slice(0, OBSERVED) : [];
  const full = seen.length === 0 ? spec : { ...spec, calibration: await observedOf(graph, needs, seen, ports) };
  progress.report({ stage: "quantise", label: "rounding, and what healing learns from", done: 0 });
  const unhealed = quantise(graph, full);
  const before = await apart(unhealed.graph);

  const batches = batchesFrom(graph, learned, answers.output);
  const byRows = Math.min(EPOCHS.most, Math.max(EPOCHS.least, Math.round(STEPS / batches.length)));
  const epochs = options.epochs ?? byRows;
  const found = await heal(graph, full, batches, {
    engine,
    ...answers,
    seed,
    epochs,
    signal,
    progress: (share) => progress.report({ stage: "quantise", label: "healing", done: share, total: 1 }),
  });
  const made = quantise(found.graph, { ...full, rounding: "nearest" });
  const after = await apart(made.graph);
  const kept = after < before ? "healed" : "unhealed";
  return {
    made: kept === "healed" ? made : unhealed,
    search: null,
    calibration: { observed: seen.length, measured: judged.length, refused },
    healing: { measure: measure.name, learned: learned.length, judged: judged.length, epochs, before, after, kept },
  };
}

/** Few rows are learned from in small batches, so that there are steps enough. */
function batchesFrom(graph: Graph, rows: readonly Feeds[], output: string): Feeds[] {
  return batchesOf(graph, output, rows, Math.min(BATCH, Math.ceil(rows.length / BATCHES)));
}

/** What is taught, and how it is measured whether that was of use. */
function aimOf(graph: Graph, adapter: Adapter | undefined): Answers & { readonly measure: Measure } {
  if (adapter !== undefined) {
    const { name, holds } = adapter.output;
    return { output: name, holds, measure: klDivergence(adapter) };
  }
  const numbers = graph.outputs.filter(({ type }) => type === "float32");
  if (numbers.length === 1) return { output: numbers[0].name, holds: "numbers", measure: squaredError };
  throw new Fault("usage/adapter", {
    what: `--heal is given without --adapter for a model of ${numbers.length} outputs of floating numbers`,
    why: "the smaller form learns what its parent says, and nothing says in which of them",
    remedy: "describe the model's inputs, output and labels in a small JSON file: docs/quantise.md",
  });
}
