import type { Confusion, Quality, Slice } from "../../record/evaluation.ts";
import { calibrationError } from "../../stats/calibration.ts";
import { accuracy, confusion, qualityByClass, type Confusion as Matrix } from "../../stats/classification.ts";
import { macroF1 } from "../../stats/macro-f1.ts";
import { wilson } from "../../stats/interval/wilson.ts";
import { commonest } from "../confusions.ts";
import type { Measurement, Members, ScoredRow } from "../kind.ts";
import { byColumn, byLength } from "../slices.ts";

/**
 * Accuracy, macro-F1 and calibration overall; recall, precision and F1 of each class; accuracy by length and by every
 * extra column of few values. A truth that the model does not know as a label counts as a miss, never as unscored.
 */
export function measure(rows: readonly ScoredRow[]): Measurement {
  const labels = [...new Set(rows.flatMap((row) => [row.target, row.answer.label]))].sort();
  const id = new Map(labels.map((label, i) => [label, i]));
  const truth = rows.map((row) => id.get(row.target) as number);
  const predicted = rows.map((row) => id.get(row.answer.label) as number);
  const matrix = confusion(truth, predicted, labels.length);
  const quality: Quality = {
    accuracy: accuracy(matrix),
    macro_f1: macroF1(matrix),
    ece: calibrationError(
      rows.map((row) => row.answer.confidence),
      rows.map(isRight),
    ),
  };
  return {
    quality,
    slices: [
      ...byClass(matrix, labels),
      ...[...byLength(rows), ...byColumn(rows)].map((members) => accuracyOn(rows, members)),
    ],
    confusions: confusions(matrix, labels),
  };
}

export function isRight(row: Pick<ScoredRow, "target" | "answer">): boolean {
  return row.target === row.answer.label;
}

function byClass(matrix: Matrix, labels: readonly string[]): Slice[] {
  return qualityByClass(matrix).map((q, i) => ({
    name: `label=${labels[i]}`,
    n: q.support,
    quality: { recall: q.recall, precision: q.precision, f1: q.f1 },
  }));
}

/** Accuracy on one slice of the inputs. */
function accuracyOn(rows: readonly ScoredRow[], { name, rows: members }: Members): Slice {
  const hits = members.filter((i) => isRight(rows[i])).length;
  return { name, n: members.length, quality: { accuracy: wilson(hits, members.length) } };
}

function confusions(matrix: Matrix, labels: readonly string[]): Confusion[] {
  const pairs: Confusion[] = [];
  for (let t = 0; t < matrix.classes; t++) {
    for (let p = 0; p < matrix.classes; p++) {
      const n = matrix.cells[t * matrix.classes + p];
      if (t !== p && n > 0) pairs.push({ truth: labels[t], predicted: labels[p], n });
    }
  }
  return commonest(pairs);
}
