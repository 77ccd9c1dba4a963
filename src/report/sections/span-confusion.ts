import type { Reported } from "../../record/reported.ts";
import { sharesOfGroups } from "../../stats/interval/share.ts";
import { count, counted, figure, folded, table } from "../figures.ts";
import { markup, theirs, type Content, type Markup } from "../markup.ts";
import { isExact, type Meeting, meetings, type SpanRow, spanRows } from "../span-rows.ts";
import { headlineOf, judgedOn, nameOf, nounOf } from "../words.ts";

/** A whole matrix is drawn up to so many labels; beyond, the figures of each label and the pairs. */
const MOST_LABELS = 16;
const PAIRS = 20;
const NOTHING = "—";

/** Which label is taken for which, span by span. */
export function spanConfusion(reported: Reported): Markup {
  const { chosen } = reported;
  const rows = spanRows(reported, chosen).map((row) => ({ row, met: meetings(row) }));
  const all = rows.flatMap(({ met }) => met);
  const unplaced = rows.flatMap(({ row }) => row.wanted.unplaced.map(({ label }) => label));
  const labels = [...new Set([...all.flatMap((m) => [m.wanted?.label, m.found?.label]), ...unplaced])]
    .filter((label) => label !== undefined)
    .sort();
  const isDrawn = labels.length <= MOST_LABELS;
  const wanted = all.filter((m) => m.wanted !== null).length + unplaced.length;
  const listed = pairs(all, unplaced, rows);
  return markup`<p>${counted(wanted, "span")} wanted in ${counted(rows.length, "text")}; ${count(all.filter(isExact).length)} of them found to the character by ${nameOf(chosen)}, judged ${judgedOn(chosen.evaluation.on)}.</p>
${isDrawn ? matrix(all, unplaced, labels) : null}
${perLabel(reported)}
${isDrawn ? folded("The pairs most often confused", listed) : listed}`;
}

function matrix(all: readonly Meeting[], unplaced: readonly string[], labels: readonly string[]): Markup {
  const names = [...labels, NOTHING];
  const at = new Map(names.map((label, i) => [label, i]));
  const place = (label: string | undefined): number => at.get(label ?? NOTHING) as number;
  const cells = names.map(() => new Array<number>(names.length).fill(0));
  const otherEnds = names.map(() => 0);
  for (const meeting of all) {
    const truth = place(meeting.wanted?.label);
    const answer = place(meeting.found?.label);
    if (truth === answer && !isExact(meeting)) otherEnds[truth]++;
    else cells[truth][answer]++;
  }
  for (const label of unplaced) cells[place(label)][names.length - 1]++;
  const sums = cells.map((row, t) => row.reduce((sum, n) => sum + n, otherEnds[t]));
  const nothing = names.length - 1;
  const number = (n: number): Content => (n === 0 ? markup`<span class="soft">·</span>` : count(n));
  return markup`<div class="matrix">${table({
    caption:
      "Rows are what was wanted, columns what was found over it; counts of spans. In the row — stands what was found where nothing was wanted, in the column — what was not found. Shaded by the share of the row that went astray.",
    head: [
      "wanted",
      ...names.map((label) => (label === NOTHING ? NOTHING : markup`<span>${theirs(label)}</span>`)),
      "other ends",
      "n",
    ],
    rows: cells.map((row, t) => [
      theirs(names[t]),
      ...row.map((n, a) => (t === a && t !== nothing ? markup`<b>${count(n)}</b>` : t === a ? "" : number(n))),
      t === nothing ? "" : number(otherEnds[t]),
      count(sums[t]),
    ]),
    shade: (t, a) =>
      t === nothing || a > names.length || t === a || sums[t] === 0
        ? 0
        : Math.min(0.5, (3 * (a === names.length ? otherEnds[t] : cells[t][a])) / sums[t]),
  })}</div>`;
}

/** What each label is found by, from the evaluation: of spans, with texts being what is independent. */
function perLabel(reported: Reported): Markup {
  const [one, many] = nounOf(reported);
  const slices = reported.chosen.evaluation.slices.filter(({ name }) => name.startsWith("label="));
  return table({
    caption: `The ${many}, one by one: exact spans, both ends right; n counts the texts that have any`,
    head: [one, "spans wanted", "recall", "precision", headlineOf(reported)],
    rows: slices.map(({ name, n, quality }) => [
      theirs(name.slice("label=".length)),
      count(n),
      figure(quality["span_recall"]),
      figure(quality["span_precision"]),
      figure(quality["span_f1"]),
    ]),
  });
}

/** What went astray, most often first; shares are of the label's wanted spans, over texts. */
function pairs(
  all: readonly Meeting[],
  unplaced: readonly string[],
  rows: readonly { readonly row: SpanRow; readonly met: readonly Meeting[] }[],
): Markup {
  const counts = new Map<string, { truth: string; answer: string; n: number }>();
  const add = (truth: string, answer: string): void => {
    const key = JSON.stringify([truth, answer]);
    const pair = counts.get(key) ?? { truth, answer, n: 0 };
    counts.set(key, { ...pair, n: pair.n + 1 });
  };
  for (const { wanted, found } of all) {
    if (wanted?.label !== found?.label) add(wanted?.label ?? NOTHING, found?.label ?? NOTHING);
  }
  for (const label of unplaced) add(label, NOTHING);
  const worst = [...counts.values()].sort((a, b) => b.n - a.n || (a.truth < b.truth ? -1 : 1)).slice(0, PAIRS);
  return table({
    caption: "The pairs most often confused; — is nothing",
    head: ["wanted", "found", "spans", "share of what was wanted under the label"],
    rows: worst.map(({ truth, answer, n }) => [
      theirs(truth),
      theirs(answer),
      count(n),
      truth === NOTHING ? "–" : figure(shareOf(rows, truth, answer)),
    ]),
  });
}

function shareOf(
  rows: readonly { readonly row: SpanRow; readonly met: readonly Meeting[] }[],
  truth: string,
  answer: string,
): ReturnType<typeof sharesOfGroups> {
  const of = rows.map(({ row, met }) => {
    const own = met.filter(({ wanted }) => wanted?.label === truth);
    const lost = row.wanted.unplaced.filter(({ label }) => label === truth).length;
    const astray = own.filter(({ found }) => (found?.label ?? NOTHING) === answer).length;
    return { astray: astray + (answer === NOTHING ? lost : 0), whole: own.length + lost };
  });
  return sharesOfGroups(
    of.map(({ astray }) => astray),
    of.map(({ whole }) => whole),
  );
}
