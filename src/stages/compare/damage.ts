import type { Damage, DamageSide } from "../../record/damage.ts";
import { calibrationError } from "../../stats/calibration.ts";
import { pairedJackknife } from "../../stats/jackknife.ts";
import { flipsOf } from "./flips.ts";
import { groupsAmong, type NamedItem, rightOf, type SideName } from "./item.ts";
import { type ComparedTask, compareQuality } from "./quality.ts";
import { significanceOf } from "./significance.ts";
import { compareSlices } from "./slices.ts";
import { type GivenThreshold, thresholdsOf } from "./thresholds.ts";
import { moreToDecide, verdictOf } from "./verdict.ts";
import { meanOf } from "./weighted.ts";

export interface DamageSides {
  /** What answered as base, and what as head. */
  readonly parent: DamageSide;
  readonly child: DamageSide;
  /** Thresholds that somebody relies on, beside those that are chosen on the parent. */
  readonly thresholds?: readonly GivenThreshold[];
}

/**
 * What the child (head) costs against its parent (base) on the same items. Law: the sides exchanged, every change and count of
 * flips is that of the other direction; alike on every item, nothing flips and p is 1.
 */
export function damageOf(items: readonly NamedItem[], task: ComparedTask, sides: DamageSides): Damage {
  const lines = compareQuality(items, task);
  const slices = compareSlices(items, task);
  const right = { base: rightOf(items, "base", task), head: rightOf(items, "head", task) };
  const confidence = (side: SideName): number[] => items.map((item) => item[side].confidence);
  const [before, now] = [confidence("base"), confidence("head")];
  const groups = groupsAmong(items);
  return {
    parent: sides.parent,
    child: sides.child,
    n: items.length,
    verdict: verdictOf(lines, slices),
    more: moreToDecide(lines, items.length),
    lines,
    slices,
    ...significanceOf(items, task),
    flips: flipsOf(items, right),
    calibration: {
      parent: calibrationError(before, right.base, { groups }),
      child: calibrationError(now, right.head, { groups }),
      confidence: pairedJackknife(meanOf(before), meanOf(now), items.length, { groups }),
      brier: lines.find(({ name }) => name === "brier") as Damage["lines"][number],
    },
    thresholds: thresholdsOf(items, task, sides.thresholds),
  };
}
