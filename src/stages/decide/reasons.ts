import type { Audit } from "../../record/dataset.ts";
import type { Measured } from "../../record/decision.ts";
import { printBytes } from "../../base/print.ts";
import { isKnown, printEstimate } from "../../stats/estimate.ts";
import type { Quality } from "../../record/evaluation.ts";
import { type BarLine, printBarLine } from "../../record/task.ts";
import { type LearningCurve, moreData, notToldApart, openness } from "./outlook.ts";

export interface Ladder {
  readonly measured: readonly Measured[];
  readonly chosen: Measured;
  /** Rungs that the task allows and that were not climbed, in order. */
  readonly unclimbed: readonly string[];
  /** Measured only when nothing holds the bar. */
  readonly curve: LearningCurve | null;
  readonly audit: Audit;
  readonly bar: readonly BarLine[];
  /** The figure that the ladder is drawn by: the first quality figure of the kind. */
  readonly headline: string;
}

/** The decision in plain words, most important first. */
export function reasons(ladder: Ladder): string[] {
  return ladder.chosen.held ? heldReasons(ladder) : missedReasons(ladder);
}

export function nameOf({ recipe, precision }: Pick<Measured, "recipe" | "precision">): string {
  return `${recipe.rung} ${precision}`;
}

function heldReasons(ladder: Ladder): string[] {
  const { measured, chosen, unclimbed, headline } = ladder;
  const words: string[] = [];
  if (chosen.recipe.rung === "baseline") {
    words.push(`You do not need a model for this: ${rulesOf(chosen).whole} hold the bar.`);
  }
  words.push(
    `${nameOf(chosen)} holds every line of the bar: ${chosen.verdicts.map((v) => `${v.line}: ${v.figure}`).join("; ")}.`,
  );
  const unasked = weakest(chosen, headline, value(chosen, headline) / 2);
  if (unasked.length > 0) {
    words.push(
      `The bar is held without ${unasked.join(", ")}: where that matters, give the bar a line that speaks of the slice.`,
    );
  }
  const others = measured.filter((m) => m.held && m !== chosen);
  if (others.length > 0) {
    const sizes = others.map((m) => `${nameOf(m)} ${printBytes(m.footprint.size_bytes)}`).join(", ");
    words.push(
      `It is the smallest of those measured that hold it: ${printBytes(chosen.footprint.size_bytes)}, against ${sizes}.`,
    );
  }
  const baseline = measured.find((m) => m.recipe.rung === "baseline");
  if (baseline !== undefined && baseline !== chosen) {
    words.push(
      `${rulesOf(baseline).short} alone reach ${headline} ${print(baseline, headline)}, so a model earns its place.`,
    );
  }
  words.push(...notToldApart(chosen.evaluation));
  if (chosen.seeds !== undefined) {
    const figures = chosen.seeds.map(({ seed, value }) => `${value.toFixed(3)} (seed ${seed})`).join(", ");
    words.push(
      `${chosen.seeds.length} seeds gave ${headline} ${figures}; the best was kept, so its figure leans high.`,
    );
  }
  const next = unclimbed[0];
  if (next !== undefined) {
    words.push(`The ladder stopped here. ${buys(ladder, next)}`);
  }
  return words;
}

/** What the lowest rung of a kind is made of. */
function rulesOf({ evaluation }: Measured): { readonly whole: string; readonly short: string } {
  return evaluation.kind === "classify"
    ? { whole: "keyword rules, read off the training rows,", short: "Keyword rules" }
    : { whole: "patterns and the values that the training rows mark", short: "Patterns and known values" };
}

function missedReasons(ladder: Ladder): string[] {
  const { chosen, measured, headline, unclimbed, curve, audit, bar } = ladder;
  const words = [
    `Nothing measured holds the bar. ${nameOf(chosen)} comes nearest: ${headline} ${print(chosen, headline)}.`,
  ];
  for (const v of chosen.verdicts) {
    if (v.verdict === "held") continue;
    const enough =
      v.enough === null ? "" : ` The estimate is above the limit: about ${v.enough} judged rows would settle it.`;
    words.push(`${v.line} is ${v.verdict === "missed" ? "missed" : "undetermined"}: ${v.figure}.${enough}`);
  }
  const weak = weakest(chosen, headline, value(chosen, headline));
  if (weak.length > 0) words.push(`It falls short most on ${weak.join(", ")}.`);
  words.push(unclimbed.length === 0 ? "Every rung that the task allows was climbed." : buys(ladder, unclimbed[0]));
  if (curve !== null) words.push(moreData(curve));
  const line = bar.find((l) => l.metric === headline && l.slice === null);
  const best = [...measured].sort((a, b) => value(b, headline) - value(a, headline))[0];
  if (line !== undefined) words.push(...openness(audit, best.evaluation, line.limit, headline, curve));
  return words;
}

/** Openings of one test part from which on it no longer judges, as too much has been chosen near it. */
export const MANY_OPENINGS = 5;

/** What the sealed test says of the refit; nothing was chosen on it. */
export function testReasons(
  bar: readonly BarLine[],
  chosen: Measured,
  test: Quality | null,
  openings: number,
): string[] {
  if (test === null) return [];
  const words: string[] = [];
  for (const line of bar) {
    const figure = line.slice === null ? test[line.metric] : undefined;
    if (figure === undefined || !isKnown(figure)) continue;
    const misses = line.sense === "at_least" ? figure.high < line.limit : figure.low > line.limit;
    if (chosen.held && misses) {
      words.push(
        `The test disagrees: ${line.metric} ${printEstimate(figure)} against ${printBarLine(line)}. ` +
          `The test rows differ from those that ${chosen.evaluation.on === "folds" ? "were judged out of fold" : "chose"}; look at the slices.`,
      );
    }
  }
  if (openings >= MANY_OPENINGS) {
    words.push(
      `The test has been opened for ${openings} candidates: bring fresh test rows before trusting its figure.`,
    );
  }
  return words;
}

/** Slices whose whole interval lies below the limit, the lowest first. */
function weakest(measured: Measured, headline: string, limit: number): string[] {
  return measured.evaluation.slices
    .flatMap(({ name, quality }) => {
      const figure = quality[headline] ?? quality["recall"];
      return figure !== undefined && isKnown(figure) && figure.high < limit ? [{ name, figure }] : [];
    })
    .sort((a, b) => a.figure.value - b.figure.value)
    .slice(0, 4)
    .map(({ name, figure }) => `${name} (${printEstimate(figure)})`);
}

/** What the last step of the ladder bought, as the measured ground for expecting anything of the next. */
function buys(ladder: Ladder, next: string): string {
  const rungs = [...new Set(ladder.measured.map((m) => m.recipe.rung))];
  const values = rungs.map((rung) =>
    Math.max(...ladder.measured.filter((m) => m.recipe.rung === rung).map((m) => value(m, ladder.headline))),
  );
  if (values.length < 2) return `The next rung, ${next}, was not trained.`;
  const gain = 100 * (values[values.length - 1] - values[values.length - 2]);
  const from = rungs[rungs.length - 2];
  const to = rungs[rungs.length - 1];
  const room = 100 * (1 - values[values.length - 1]);
  return (
    `The next rung, ${next}, was not trained: the step from ${from} to ${to} bought ${gain.toFixed(1)} points, ` +
    `${room.toFixed(1)} are left, and each later step is expected to buy less than the one before it.`
  );
}

function value(measured: Measured, metric: string): number {
  const figure = measured.evaluation.quality[metric];
  return figure !== undefined && isKnown(figure) ? figure.value : -Infinity;
}

function print(measured: Measured, metric: string): string {
  const figure = measured.evaluation.quality[metric];
  return figure === undefined ? "unmeasured" : printEstimate(figure);
}
