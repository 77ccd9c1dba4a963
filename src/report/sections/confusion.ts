import { wilson } from "../../stats/interval/wilson.ts";
import { count, counted, figure, folded, table } from "../figures.ts";
import { markup, theirs, type Markup } from "../markup.ts";
import type { Answer, Reported } from "../../record/reported.ts";
import { hasSpans, isRight, judgedOn, nameOf } from "../words.ts";
import type { Section } from "./section.ts";
import { spanConfusion } from "./span-confusion.ts";

/** A whole matrix is drawn up to so many labels; beyond, the pairs that are most often confused. */
const MOST_LABELS = 16;
const PAIRS = 20;

/** What is taken for what. */
export function confusion(reported: Reported): Section {
  const body = hasSpans(reported) ? spanConfusion(reported) : labelConfusion(reported);
  return { id: "confusion", stage: "evaluate", title: "Confusion", body };
}

function labelConfusion({ chosen }: Reported): Markup {
  const { answers } = chosen;
  const labels = [...new Set(answers.flatMap((a) => [a.target, a.label]))].sort();
  const wrong = answers.filter((a) => !isRight(a)).length;
  return markup`<p>${counted(wrong, "mistake")} in ${counted(answers.length, "row")}, by ${nameOf(chosen)}, judged ${judgedOn(chosen.evaluation.on)}.</p>
${labels.length <= MOST_LABELS ? matrix(answers, labels) : null}
${labels.length <= MOST_LABELS ? folded("The pairs most often confused", pairs(answers)) : pairs(answers)}`;
}

function matrix(answers: readonly Answer[], labels: readonly string[]): Markup {
  const at = new Map(labels.map((label, i) => [label, i]));
  const cells = labels.map(() => new Array<number>(labels.length).fill(0));
  for (const { target, label } of answers) cells[at.get(target) as number][at.get(label) as number]++;
  const sums = cells.map((row) => row.reduce((sum, n) => sum + n, 0));
  return markup`<div class="matrix">${table({
    caption:
      "Rows are the truth, columns the answer; counts of rows. Shaded by the share of the row's label that went astray.",
    head: ["truth", ...labels.map((label) => markup`<span>${theirs(label)}</span>`), "n"],
    rows: cells.map((row, t) => [
      theirs(labels[t]),
      ...row.map((n, p) =>
        t === p ? markup`<b>${count(n)}</b>` : n === 0 ? markup`<span class="soft">·</span>` : count(n),
      ),
      count(sums[t]),
    ]),
    shade: (t, p) => (p < labels.length && t !== p && sums[t] > 0 ? Math.min(0.5, (3 * cells[t][p]) / sums[t]) : 0),
  })}</div>`;
}

function pairs(answers: readonly Answer[]): Markup {
  const counts = new Map<string, { truth: string; answer: string; n: number }>();
  const ofTruth = new Map<string, number>();
  for (const { target, label } of answers) {
    ofTruth.set(target, (ofTruth.get(target) ?? 0) + 1);
    if (target === label) continue;
    const key = JSON.stringify([target, label]);
    const pair = counts.get(key) ?? { truth: target, answer: label, n: 0 };
    counts.set(key, { ...pair, n: pair.n + 1 });
  }
  const worst = [...counts.values()].sort((a, b) => b.n - a.n || (a.truth < b.truth ? -1 : 1)).slice(0, PAIRS);
  return table({
    caption: "The pairs most often confused",
    head: ["truth", "taken for", "rows", "share of the truth's rows"],
    rows: worst.map(({ truth, answer, n }) => [
      theirs(truth),
      theirs(answer),
      count(n),
      figure(wilson(n, ofTruth.get(truth) as number)),
    ]),
  });
}
