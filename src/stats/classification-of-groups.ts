import { type ClassQuality } from "./classification.ts";
import { type Estimate, undetermined } from "./estimate.ts";
import { f1OfGroups, shareOfItems } from "./interval/share.ts";
import { jackknife } from "./jackknife.ts";
import { macroF1Of } from "./macro-f1-difference.ts";
import { type Groups, groupsAt } from "./units.ts";

/** Precision, recall and F1 of every class where items stand in groups; classes as in `confusion`. */
export function qualityByClassOfGroups(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
  groups: Groups,
): ClassQuality[] {
  const touching = Array.from({ length: classes }, (): number[] => []);
  truth.forEach((t, i) => {
    touching[t].push(i);
    if (predicted[i] >= 0 && predicted[i] !== t) touching[predicted[i]].push(i);
  });
  return touching.map((items, k) => {
    const isHit = (i: number): boolean => truth[i] === k && predicted[i] === k;
    const share = (of: readonly number[], none: string): Estimate =>
      of.length === 0 ? undetermined(none, 0) : shareOfItems(of.map(isHit), groupsAt(groups, of));
    const ofClass = items.filter((i) => truth[i] === k);
    const called = items.filter((i) => predicted[i] === k);
    return {
      support: ofClass.length,
      predicted: called.length,
      precision: share(called, "the class was never predicted"),
      recall: share(ofClass, "no item is of the class"),
      f1: f1OfGroups(
        items.map((i) => Number(isHit(i))),
        items.map((i) => Number(truth[i] !== k)),
        items.map((i) => Number(predicted[i] !== k)),
        { groups: groupsAt(groups, items) },
      ),
    };
  });
}

/** Macro-F1 where items stand in groups: by the jackknife, groups being left out whole. */
export function macroF1OfGroups(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
  groups: Groups,
): Estimate {
  return jackknife(macroF1Of(truth, predicted, classes), truth.length, { groups });
}
