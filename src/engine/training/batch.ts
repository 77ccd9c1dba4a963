import { Fault } from "../../base/fault.ts";
import { float32, sizeOf, type Tensor } from "../../base/tensor.ts";
import type { Graph, TrainingOptions } from "../../graph/index.ts";
import type { Feeds } from "./way.ts";

/**
 * What a batch is held to before anything runs, and what it need not say. Engines take a label below 0 for one counted from the
 * end, say nothing of which row a label too large stands in, and some operators end the process when there are no rows.
 */
export function batches(model: Graph, loss: TrainingOptions["loss"]): (batch: Feeds) => Feeds {
  if (loss.kind === "given") return (batch) => batch;
  const classes = model.outputs.find((v) => v.name === loss.logits)?.dims.at(-1);
  const named = loss.kind === "cross-entropy";
  return (batch) => {
    const answers = (batch.labels ?? batch.teacher) as Tensor | undefined;
    // What was not fed, or is no tensor, is refused by its name where it is fed.
    if (answers === undefined || !isTensor(answers)) return batch;
    const rows = named ? answers.dims : answers.dims.slice(0, -1);
    withRows({ rows: answers });
    if (named && answers.type === "int64") withinClasses(answers as Tensor<"int64">, classes);
    return { row_weights: float32(rows, new Float32Array(sizeOf(rows)).fill(1)), ...batch };
  };
}

/** Callers without types feed arrays too. */
const isTensor = ({ dims }: Tensor): boolean => Array.isArray(dims);

export function withRows(batch: Feeds): void {
  if (!Object.values(batch).some((v) => isTensor(v) && sizeOf(v.dims) === 0)) return;
  throw new Fault("engine/batches", {
    what: "a batch of no rows was given",
    remedy: "leave it out, or pad it with rows of weight 0",
  });
}

/** A step that diverged because of what it was fed says so, and not that the parameters have grown. */
export function blamed(error: unknown, fed: readonly Feeds[]): unknown {
  if (!(error instanceof Fault) || error.code !== "engine/diverged") return error;
  for (const [i, batch] of fed.entries()) {
    const name = Object.keys(batch).find((key) => !finite(batch[key]));
    if (name === undefined) continue;
    return new Fault("engine/diverged", {
      what: error.message,
      where: fed.length === 1 ? `the input "${name}"` : `the input "${name}" of batch ${i}`,
      why: "it was fed a NaN or an infinity",
      remedy: "leave such rows out, or give them a number",
      cause: error,
    });
  }
  return error;
}

/** −∞ is what masks are made of. */
function finite({ type, data }: Tensor): boolean {
  return (type !== "float32" && type !== "float64") || (data as Float32Array).every((v) => v < Infinity);
}

function withinClasses({ data }: Tensor<"int64">, classes: number | string | undefined): void {
  const limit = typeof classes === "number" ? BigInt(classes) : undefined;
  const at = data.findIndex((label) => label < 0n || (limit !== undefined && label >= limit));
  if (at < 0) return;
  throw new Fault("engine/labels", {
    what: `the label ${data[at]} is that of no class`,
    where: `row ${at} of the batch`,
    why: `labels are whole numbers from 0${limit === undefined ? "" : ` to ${limit - 1n}`}`,
    remedy: "a row that is not to count has a weight of 0 in `row_weights`, and any label that is one",
  });
}
