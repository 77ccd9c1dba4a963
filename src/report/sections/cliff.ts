import { count, figure, table } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { hasSpans, judgedOn, nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** How far from the task the model still holds: made variants of the rows that judged it, and texts from outside. */
export function cliff(reported: Reported): Section {
  const { cliff: measured, chosen } = reported;
  const { slices, left, scope } = measured;
  const body = markup`<p>${nameOf(chosen)} on variants made of ${count(measured.rows)} rows, judged ${judgedOn(measured.on)}. Each is compared with the same rows as they were written, item by item.</p>
${table({
  caption: "Variants, and what they cost. A drop whose whole interval lies below zero is told apart from chance.",
  head: [
    "variant",
    "what was done",
    hasSpans(reported) ? "texts wholly right" : "accuracy",
    "as written",
    "difference",
  ],
  rows: slices.map(({ name, about, accuracy, original, drop }) => [
    theirs(name),
    theirs(about),
    figure(accuracy),
    figure(original, { n: false }),
    figure(drop, { n: false }),
  ]),
})}
${left.length === 0 ? null : markup`<p class="soft">Not made: ${reasonsOf(left).map(([why, names], i) => markup`${i > 0 ? "; " : ""}${names.map((name, j) => markup`${j > 0 ? ", " : ""}${theirs(name)}`)} (${theirs(why)})`)}.</p>`}
${scope === null && hasSpans(reported) ? null : scoped(scope)}`;
  return { id: "cliff", stage: "evaluate", title: "How far from the task it holds", body };
}

/** Variants that were left, by the reason. */
function reasonsOf(left: Reported["cliff"]["left"]): [why: string, names: string[]][] {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of left) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [...byReason];
}

function scoped(scope: Reported["cliff"]["scope"]): Markup {
  if (scope === null) {
    return markup`<p>Whether it knows what is none of its business is undetermined: the task names no texts from outside (<code>data.outside</code> in whittle.yaml).</p>`;
  }
  const { threshold, keep, fitted, refused_outside, kept_inside } = scope;
  return markup`<p>A text counts as one of the task's from confidence ${threshold.toFixed(3)}, fitted to keep ${(100 * keep).toFixed(0)} % of the task's own on ${count(fitted.inside)} rows of its own and ${count(fitted.outside)} from outside. On the other halves: told to be from outside ${figure(refused_outside)}; own kept ${figure(kept_inside)}.</p>`;
}
