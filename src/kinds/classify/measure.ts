import type { Confusion, Quality, Slice } from "../../record/evaluation.ts";
import { calibrationError } from "../../stats/calibration.ts";
import { macroF1OfGroups, qualityByClassOfGroups } from "../../stats/classification-of-groups.ts";
import { type ClassQuality, confusion, qualityByClass, type Confusion as Matrix } from "../../stats/classification.ts";
import { isKnown } from "../../stats/estimate.ts";
import { shareOfItems } from "../../stats/interval/share.ts";
import { macroF1 } from "../../stats/macro-f1.ts";
import { type Groups, groupsAt, groupsOf } from "../../stats/units.ts";
import { commonest } from "../confusions.ts";
import type { Measurement, Members, ScoredRow } from "../kind.ts";
import { byColumn, byLength } from "../slices.ts";

/**
 * Accuracy, macro-F1 and calibration overall; recall, precision and F1 of each class; accuracy by length and by every
 * extra column of few values. A truth that the model does not know as a label counts as a miss, never as unscored. Rows that
 * share a group are not taken for independent.
 */
export function measure(rows: readonly ScoredRow[]): Measurement {
  const labels = [...new Set(rows.flatMap((row) => [row.target, row.answer.label]))].sort();
  const id = new Map(labels.map((label, i) => [label, i]));
  const truth = rows.map((row) => id.get(row.target) as number);
  const predicted = rows.map((row) => id.get(row.answer.label) as number);
  const matrix = confusion(truth, predicted, labels.length);
  const groups = groupsOf(rows.map(({ group }) => group));
  const right = rows.map(isRight);
  const macro = macroF1(matrix);
  const quality: Quality = {
    accuracy: shareOfItems(right, groups),
    macro_f1:
      groups === undefined || !isKnown(macro) ? macro : macroF1OfGroups(truth, predicted, labels.length, groups),
    ece: calibrationError(
      rows.map((row) => row.answer.confidence),
      right,
      { groups },
    ),
  };
  const classes =
    groups === undefined ? qualityByClass(matrix) : qualityByClassOfGroups(truth, predicted, labels.length, groups);
  return {
    quality,
    slices: [
      ...byClass(classes, labels),
      ...[...byLength(rows), ...byColumn(rows)].map((members) => accuracyOn(right, groups, members)),
    ],
    confusions: confusions(matrix, labels),
  };
}

export function isRight(row: Pick<ScoredRow, "target" | "answer">): boolean {
  return row.target === row.answer.label;
}

function byClass(classes: readonly ClassQuality[], labels: readonly string[]): Slice[] {
  return classes.map((q, i) => ({
    name: `label=${labels[i]}`,
    n: q.support,
    quality: { recall: q.recall, precision: q.precision, f1: q.f1 },
  }));
}

/** Accuracy on one slice of the inputs. */
function accuracyOn(right: readonly boolean[], groups: Groups, { name, rows: members }: Members): Slice {
  const accuracy = shareOfItems(
    members.map((i) => right[i]),
    groupsAt(groups, members),
  );
  return { name, n: members.length, quality: { accuracy } };
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
