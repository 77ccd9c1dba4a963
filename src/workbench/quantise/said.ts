import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Engine, ModelSource, ProgramPort } from "../../engine/port.ts";
import { divergence, type Said, softmax } from "../../stages/quantise/divergence.ts";
import type { Adapter } from "./adapter.ts";

export type Feeds = Readonly<Record<string, Tensor>>;

/** What of the outputs is compared, and how. */
export interface Measure {
  /** "mean KL divergence, in nats", or "relative squared error". */
  readonly name: string;
  readonly said: (results: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Float64Array>>;
  readonly damage: (parent: readonly Values[], child: readonly Values[]) => number;
}

export type Values = Readonly<Record<string, Float64Array>>;

/** Outputs of calibration rows are kept up to so many numbers. */
const MOST_KEPT = 2 ** 26;

/** Runs a model over rows and keeps what of its outputs is compared. */
export async function saidOver(
  source: ModelSource,
  runs: readonly Feeds[],
  measure: Measure,
  engine: Engine,
  signal?: AbortSignal,
): Promise<Values[]> {
  const program = await engine.load(source);
  const kept: Values[] = [];
  let numbers = 0;
  try {
    for (const feeds of runs) {
      const values = measure.said(await program.run(feeds, { signal }));
      for (const v of Object.values(values)) numbers += v.length;
      if (numbers > MOST_KEPT) {
        throw new Fault("quantise/outputs", {
          what: `the outputs of ${runs.length} rows hold more than ${MOST_KEPT} numbers`,
          why: "those of the parent are kept, so that every smaller model can be held against them",
          remedy: "bring fewer calibration rows, or smaller ones",
        });
      }
      kept.push(values);
    }
  } finally {
    await program.close();
  }
  return kept;
}

/** Refuses calibration rows on which the parent itself says what is no number. */
export function refuseNoNumbers(parent: readonly Values[]): void {
  const bad = parent.flatMap((row) => Object.entries(row)).find(([, values]) => !values.every(Number.isFinite));
  if (bad === undefined) return;
  throw new Fault("quantise/outputs", {
    what: `the model that is quantised says in ${JSON.stringify(bad[0])} what is no number`,
    why: "no smaller one can be held against it",
    remedy: "look for rows that are far from those it was trained on, or for a broken export",
  });
}

/** Without an adapter: over all outputs of floating numbers, Σ (y − ŷ)² / Σ y², each output for itself, the mean of these. */
export const squaredError: Measure = {
  name: "relative squared error of the outputs",
  said: (results) =>
    Object.fromEntries(
      Object.entries(results).flatMap(([name, { type, data }]) =>
        type === "float32" || type === "float64" ? [[name, Float64Array.from(data as Float32Array)]] : [],
      ),
    ),
  damage: (parent, child) => {
    const names = Object.keys(parent[0] ?? {});
    if (names.length === 0) {
      throw new Fault("quantise/outputs", {
        what: "the model has no output of floating numbers to be compared",
        remedy: "say with --adapter which output holds logits or probabilities",
      });
    }
    const each = names.map((name) => {
      let off = 0;
      let all = 0;
      parent.forEach((row, r) => {
        const other = child[r][name];
        // A model that says another number of values elsewhere has gone another way.
        if (other.length !== row[name].length) off = Infinity;
        row[name].forEach((y, i) => {
          off += (y - other[i]) ** 2;
          all += y * y;
        });
      });
      return off === 0 ? 0 : off / all;
    });
    return each.reduce((sum, e) => sum + e, 0) / each.length;
  },
};

/** KL(parent ‖ child) of what the adapter's output says. */
export function klDivergence({ output, labels }: Adapter): Measure {
  const width = labels.length;
  const joined = (rows: readonly Values[]): Said => {
    const probabilities = new Float64Array(rows.reduce((n, row) => n + row["p"].length, 0));
    let at = 0;
    for (const { p } of rows) {
      probabilities.set(p, at);
      at += p.length;
    }
    return { rows: probabilities.length / width, width, probabilities };
  };
  return {
    name: "mean KL divergence from the parent, in nats",
    said: (results) => ({ p: probabilitiesOf(results[output.name], { output, labels }) }),
    damage: (parent, child) => divergence(joined(parent), joined(child)),
  };
}

/** The probabilities that an output says, row after row. */
export function probabilitiesOf(result: Tensor, { output, labels }: Pick<Adapter, "output" | "labels">): Float64Array {
  const width = labels.length;
  if (result.dims.at(-1) !== width) throw noLabels(result, { output, labels });
  return output.holds === "probabilities" ? Float64Array.from(result.data as Float32Array) : softmax(result, width);
}

/** Refuses an output that is not [rows, labels] in floating numbers. */
export function checkOutput(ports: readonly ProgramPort[], { output, labels }: Adapter): void {
  const port = ports.find((p) => p.name === output.name);
  const names = ports.map((p) => p.name).join(", ");
  if (port === undefined) {
    throw new Fault("adapter/output", {
      what: `the model has no output ${JSON.stringify(output.name)}`,
      why: `its outputs are ${names}`,
      remedy: "name the one that holds logits or probabilities under output",
    });
  }
  const { dims, type } = port;
  const fits = dims.length === 2 && (typeof dims[1] === "string" || dims[1] === labels.length);
  if (fits && (type === "float32" || type === "float64")) return;
  throw noLabels(port, { output, labels });
}

function noLabels(
  { type, dims }: Pick<ProgramPort, "type" | "dims">,
  { output, labels }: Pick<Adapter, "output" | "labels">,
): Fault {
  return new Fault("adapter/output", {
    what: `the output ${JSON.stringify(output.name)} is ${type} [${dims.join(", ")}], and [rows, ${labels.length} labels] in floating numbers is wanted`,
    remedy: "name an output of one row a label, and as many labels as it has, in its order",
  });
}
