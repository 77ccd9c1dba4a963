import { Fault } from "../../base/fault.ts";
import type { Form, QuantiseReport, QuantiseSpec } from "../../graph/index.ts";
import type { Margins } from "../../record/task.ts";
import { readAdapter } from "./adapter.ts";
import { readModel, refuseSource, targetOf, type Written, writeModel } from "./files.ts";
import { healed, type Healing, type HealQuestion, refuseHealing } from "./heal.ts";
import { judge, type Judged } from "./judge.ts";
import { readRows } from "./rows.ts";
import { checkOutput } from "./said.ts";
import { type Calibrated, portsOf, type QuantisePorts, type Searched, smaller } from "./smaller.ts";

export interface QuantiseQuestion {
  readonly model: string;
  readonly to: Form | "mixed";
  readonly settings: Pick<
    QuantiseSpec,
    "keep" | "nodes" | "block" | "zeroPoints" | "rounding" | "range" | "otherwise" | "loose"
  >;
  /** Rows of inputs, as JSONL. */
  readonly calibrate?: string;
  readonly adapter?: string;
  /** Rows that both models answer. */
  readonly data?: string;
  readonly margins: Margins;
  /** The most damage of a mixed model. */
  readonly limit?: number;
  /** The smaller form learns from its parent on the calibration rows. */
  readonly heal?: HealQuestion;
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
  readonly healing: Healing | null;
  readonly judged: Judged | null;
}

/** Quantises a model that may have been made anywhere, writes it beside its parent, and judges it where rows are given. */
export async function quantiseModel(question: QuantiseQuestion, ports: QuantisePorts): Promise<QuantiseOutcome> {
  const { model, to, data, heal, calibrate, seed } = question;
  if (heal !== undefined) refuseHealing(to, calibrate);
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
  const { made, search, calibration, healing } =
    heal && calibrate !== undefined
      ? await healed(source.graph, spec, { ...heal, adapter, calibrate, seed }, ports)
      : await smaller(source.graph, spec, { ...question, mixed: to === "mixed", adapter }, ports);
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
  return {
    source: { path: model, bytes },
    written,
    to,
    report: made && made.report,
    calibration,
    search,
    healing,
    judged,
  };
}
