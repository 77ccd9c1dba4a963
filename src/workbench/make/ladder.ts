import { hashOf } from "../../base/hash.ts";
import { Fault } from "../../base/fault.ts";
import { kindOf } from "../../kinds/table.ts";
import type { Candidate } from "../../record/candidate.ts";
import { sizeOfParts } from "../../record/candidate.ts";
import type { Example } from "../../record/dataset.ts";
import type { Measured, SeedFigure } from "../../record/decision.ts";
import type { Evaluation, Footprint } from "../../record/evaluation.ts";
import { isKnown } from "../../stats/estimate.ts";
import { type Precision, precisions, type Recipe, type RungName } from "../../record/recipe.ts";
import type { Split } from "../../record/split.ts";
import type { Task } from "../../record/task.ts";
import { rungOf } from "../../rungs/table.ts";
import type { Outside } from "../../stages/data/outside.ts";
import { type Answered, judge } from "../../stages/evaluate/index.ts";
import { precisionsOf } from "../../stages/quantise/index.ts";
import { type LearningCurve, verdicts } from "../../stages/decide/index.ts";
import type { Bench } from "./bench.ts";
import { againstParent } from "./against-parent.ts";

/** The rows a ladder climbs with. */
export interface Rows {
  readonly examples: readonly Example[];
  readonly split: Split;
  readonly labels: readonly string[];
  /** Texts that fit no label; null where the task names none. */
  readonly outside: Outside | null;
  /** Blob of the dataset that the examples are of. */
  readonly dataset: string;
}

/** One model's share of judging a rung: what it trains on, what it may watch, what it answers. */
export interface Unit {
  readonly name: string;
  readonly fold: number;
  readonly train: readonly Example[];
  readonly watch: readonly Example[];
  readonly asked: readonly Example[];
}

export interface Climb {
  readonly measured: readonly Measured[];
  /** Rungs not climbed, as the bar was held before. */
  readonly unclimbed: readonly RungName[];
}

/**
 * Climbs by cost of training, measures each rung at each precision, and stops when the bar is held. Rungs that are cheap
 * for the number of rows are judged out of fold over train+dev, the others on dev.
 */
export async function climb(bench: Bench, rows: Rows, rungs: readonly RungName[]): Promise<Climb> {
  const measured: Measured[] = [];
  for (const [i, name] of rungs.entries()) {
    measured.push(...(await measureRung(bench, rows, name)));
    if (measured.some((m) => m.held)) return { measured, unclimbed: rungs.slice(i + 1) };
  }
  return { measured, unclimbed: [] };
}

async function measureRung(bench: Bench, rows: Rows, name: RungName): Promise<Measured[]> {
  const units = unitsOf(rows, rungOf(bench.task.kind, name).judge(rows.split.folds.length));
  const { candidates, seeds } = await trainUnits(bench, rows, name, units);
  const measured: Measured[] = [];
  for (const precision of precisionsOf(candidates[0], bench.store.blobs)) {
    if (isRescue(precision) && isSound(bench, rows, measured)) break;
    bench.say("quantise", `${name} ${precision}`, measured.length, precisions.length);
    const { evaluation, footprint } = await measure(bench, units, candidates, precision);
    const lines = verdicts(bench.task.bar, evaluation, footprint);
    const result: Measured = {
      recipe: candidates[0].recipe,
      precision,
      evaluation,
      footprint,
      verdicts: lines,
      held: lines.every((line) => line.verdict === "held"),
      ...(seeds.length > 1 ? { seeds } : {}),
    };
    bench.measured(result, rows.dataset);
    measured.push(result);
  }
  return measured;
}

/** Is it tried only where 4 bits throughout lose too much? */
function isRescue(precision: Precision): boolean {
  return precisions.indexOf(precision) > precisions.indexOf("int4");
}

/** 4 bits lose no more than the margins allow; or the rows are too few to tell, and no line of the bar was lost by them. */
function isSound({ store, task }: Bench, { examples }: Rows, measured: readonly Measured[]): boolean {
  const [whole, small] = (["fp32", "int4"] as const).map((precision) => measured[precisions.indexOf(precision)]);
  const verdict = againstParent(store, task, examples, whole, small);
  return verdict === "held" || (verdict === "too small to tell" && (small.held || !whole.held));
}

/**
 * One candidate a unit. Where several seeds are asked for and training is random, all are trained, each is judged on the
 * same rows, and the best by the kind's first figure is kept; the figures of all are told.
 */
async function trainUnits(
  bench: Bench,
  rows: Rows,
  name: RungName,
  units: readonly Unit[],
): Promise<{ candidates: Candidate[]; seeds: SeedFigure[] }> {
  const rung = rungOf(bench.task.kind, name);
  const metric = Object.keys(kindOf(bench.task.kind).metrics)[0];
  const tried: { candidates: Candidate[]; figure: SeedFigure }[] = [];
  const count = rung.seeded ? bench.seeds : 1;
  for (let i = 0; i < count; i++) {
    const recipe: Recipe = { rung: name, settings: rung.defaults, seed: bench.task.seed + i };
    const candidates: Candidate[] = [];
    for (const unit of units) {
      const which = [count > 1 ? `seed ${recipe.seed}` : "", units.length > 1 ? `${unit.name} of ${units.length}` : ""];
      bench.say("train", [name, ...which.filter((w) => w !== "")].join(", "), candidates.length, units.length);
      candidates.push(await trainUnit(bench, rows, recipe, unit));
    }
    let value = 0;
    if (count > 1) {
      const figure = (await answered(bench, units, candidates)).quality[metric];
      value = isKnown(figure) ? figure.value : 0;
    }
    tried.push({ candidates, figure: { seed: recipe.seed, value } });
  }
  const best = tried.reduce((a, b) => (b.figure.value > a.figure.value ? b : a));
  return { candidates: best.candidates, seeds: tried.map((t) => t.figure) };
}

function trainUnit(bench: Bench, { labels }: Rows, recipe: Recipe, unit: Unit): Promise<Candidate> {
  const { train, watch } = unit;
  const { kind, maxTextLength, spans } = bench.task;
  const material = { kind, train, watch, labels, maxTextLength, spans };
  return bench.train(recipe, material, watch.length > 0 ? "train" : unit.name);
}

/**
 * The models that judged a row of the ladder, at its precision, each with the rows that it was asked and not trained on.
 * They are recalled, as climbing has trained them.
 */
export async function judges(
  bench: Bench,
  rows: Rows,
  { recipe, precision }: Measured,
): Promise<{ unit: Unit; candidate: Candidate }[]> {
  const rung = rungOf(bench.task.kind, recipe.rung);
  const asTried: Recipe = { rung: recipe.rung, settings: rung.defaults, seed: recipe.seed };
  const judging: { unit: Unit; candidate: Candidate }[] = [];
  for (const unit of unitsOf(rows, rung.judge(rows.split.folds.length))) {
    const candidate = await trainUnit(bench, rows, asTried, unit);
    judging.push({ unit, candidate: await bench.quantise(candidate, precision, unit.train) });
  }
  return judging;
}

async function measure(
  bench: Bench,
  units: readonly Unit[],
  candidates: readonly Candidate[],
  precision: Precision,
): Promise<{ evaluation: Evaluation; footprint: Footprint }> {
  const quantised: Candidate[] = [];
  for (const [i, { train }] of units.entries()) quantised.push(await bench.quantise(candidates[i], precision, train));
  bench.say("evaluate", `${candidates[0].recipe.rung} ${precision}`, 0);
  return {
    evaluation: await answered(bench, units, quantised),
    footprint: await bench.footprint(quantised[0], units[0].asked, sizeOfParts(quantised[0])),
  };
}

/** Each unit's rows answered by its candidate, judged together. */
async function answered(bench: Bench, units: readonly Unit[], candidates: readonly Candidate[]): Promise<Evaluation> {
  const answers: Answered[] = [];
  for (const [i, unit] of units.entries()) {
    const scores = await bench.answer(candidates[i], unit.asked);
    unit.asked.forEach((example, r) => {
      // Where dev alone judges, its rows are halved by position, so that the temperature is still fitted on others.
      answers.push({ example, scored: scores[r], fold: units.length > 1 ? unit.fold : r % 2 });
    });
  }
  return judge(units.length > 1 ? "folds" : "dev", answers, bench.manifestOf(candidates[0]), bench.store.blobs);
}

function unitsOf({ examples, split }: Rows, by: "folds" | "dev"): Unit[] {
  const pick = (indices: readonly number[]): Example[] => indices.map((i) => examples[i]);
  if (by === "dev") {
    return [{ name: "train", fold: 0, train: pick(split.train), watch: pick(split.dev), asked: pick(split.dev) }];
  }
  const both = [...split.train, ...split.dev];
  return Array.from({ length: split.k }, (_, fold) => ({
    name: `fold ${fold + 1}`,
    fold,
    train: pick(both.filter((_, i) => split.folds[i] !== fold)),
    watch: [],
    asked: pick(both.filter((_, i) => split.folds[i] === fold)),
  }));
}

/** Shares of the training rows at which the learning curve is measured, beside all of them. */
const SHARES = [0.25, 0.5];

/** Quality of a rung on fold 1 when trained on a quarter, a half and all of the other folds' rows. */
export async function learningCurve(bench: Bench, rows: Rows, name: RungName): Promise<LearningCurve | null> {
  const metric = Object.keys(kindOf(bench.task.kind).metrics)[0];
  const [unit] = unitsOf(rows, "folds");
  const recipe: Recipe = { rung: name, settings: rungOf(bench.task.kind, name).defaults, seed: bench.task.seed };
  const points: { rows: number; value: number }[] = [];
  for (const share of [...SHARES, 1]) {
    // Ordered by a hash of the id: a nested sample that does not depend on the order of the file.
    const train = [...unit.train]
      .sort((a, b) => (hashOf(a.id) < hashOf(b.id) ? -1 : 1))
      .slice(0, Math.round(share * unit.train.length));
    bench.say("train", `${name}, learning curve at ${train.length} rows`, points.length, SHARES.length + 1);
    const { kind, maxTextLength, spans } = bench.task;
    const material = { kind, train, watch: [], labels: rows.labels, maxTextLength, spans };
    const candidate = await bench.train(recipe, material, `${unit.name}, ${train.length} rows`);
    const scores = await bench.answer(candidate, unit.asked);
    const answers = unit.asked.map((example, r) => ({ example, scored: scores[r], fold: r % 2 }));
    const figure = judge("fold 1", answers, bench.manifestOf(candidate), bench.store.blobs).quality[metric];
    if (!isKnown(figure)) return null;
    points.push({ rows: train.length, value: figure.value });
  }
  return { metric, points };
}

/** Labels that the rows carry or the task declares, in order. */
export function labelsOf({ kind, labels }: Pick<Task, "kind" | "labels">, examples: readonly Example[]): string[] {
  const { labelsIn } = kindOf(kind);
  const named = examples.flatMap((e) => (e.target === null ? [] : labelsIn(e.target)));
  const seen = new Set([...Object.keys(labels), ...named]);
  if (kind === "classify" && seen.size < 2) {
    throw new Fault("data/one-label", {
      what: `the rows carry ${seen.size === 0 ? "no label" : `one label, "${[...seen][0]}"`}`,
      why: "there is nothing to tell apart",
      remedy: "name the column of the labels (--label), or add rows of the other classes",
    });
  }
  return [...seen].sort();
}
