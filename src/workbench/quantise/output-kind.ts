import { Fault } from "../../base/fault.ts";
import type { Tensor } from "../../base/tensor.ts";
import type { Adapter } from "./adapter.ts";

/** How far sums of probabilities are from 1 in single or half precision. */
const ROUNDING = 5e-3;
/** Rows of logits that look like probabilities by chance are never so many. */
const LEAST = 8;

/** Watches whether an output holds what the adapter says of it: logits taken for probabilities are judged wrongly without a word. */
export interface OutputKind {
  readonly note: (result: Tensor) => void;
  readonly refuse: (where: string) => void;
}

export function outputKind({ output, labels }: Pick<Adapter, "output" | "labels">): OutputKind {
  const probabilities = output.holds === "probabilities";
  const isAlike = probabilities ? liesWithin : isDistribution;
  let rows = 0;
  let alike = 0;
  return {
    note({ data }) {
      const values = data as Float32Array;
      for (let from = 0; from < values.length; from += labels.length) {
        const row = values.subarray(from, from + labels.length);
        if (!row.every(Number.isFinite)) continue;
        rows++;
        if (isAlike(row)) alike++;
      }
    },
    refuse(where) {
      if (probabilities ? alike === rows : rows < LEAST || alike < rows) return;
      throw new Fault("adapter/output", {
        what: `the output ${JSON.stringify(output.name)} is said to hold ${output.holds}, and ${probabilities ? `${rows - alike} of ${rows} rows hold numbers below 0 or above 1` : "each of its rows sums up to 1"}`,
        where,
        remedy: `write "holds": "${probabilities ? "logits" : "probabilities"}" in the adapter, or name another output`,
      });
    },
  };
}

const liesWithin = (row: Float32Array): boolean => row.every((v) => v >= -ROUNDING && v <= 1 + ROUNDING);

const isDistribution = (row: Float32Array): boolean =>
  liesWithin(row) && Math.abs(row.reduce((sum, v) => sum + v, 0) - 1) <= ROUNDING;
