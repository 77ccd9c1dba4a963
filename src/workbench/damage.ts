import type { Cliff, Scope } from "../record/cliff.ts";
import type { Damage } from "../record/damage.ts";
import type { Dataset, Example } from "../record/dataset.ts";
import type { Decision, Measured } from "../record/decision.ts";
import { predictionAt, readPredictions } from "../record/predictions.ts";
import type { Judged } from "../record/reported.ts";
import type { Task } from "../record/task.ts";
import { damageOf, type GivenThreshold, type NamedItem } from "../stages/compare/index.ts";
import type { Blobs, Store } from "../store/port.ts";

type JudgedTask = Pick<Task, "kind" | "spans" | "margins">;

/** What a make has settled: the rung that was taken, and the confidence from which its pack counts a text as one of the task's. */
export interface Settled {
  readonly chosen: Pick<Decision["chosen"], "rung">;
  readonly scope: Pick<Scope, "threshold"> | null;
}

/** Of every smaller form on a ladder, against fp32 of the same rung, on the rows that judged both. */
export function damagesOf(task: JudgedTask, dataset: Dataset, ladder: readonly Judged[], settled: Settled): Damage[] {
  const byId = new Map(dataset.examples.map((example) => [example.id, example]));
  return ladder.flatMap((child) => {
    const parent = parentOf(child, ladder);
    return parent === undefined ? [] : [compared(task, byId, [parent, child], thresholdsIn(task, child, settled))];
  });
}

interface MadeLadder {
  readonly dataset: Dataset;
  readonly measured: readonly Measured[];
  readonly decision: Decision;
  readonly cliff: Cliff;
}

/** The same of one row of what a make has measured; null where it is no smaller form. */
export function damageOfMade(
  task: JudgedTask,
  { dataset, measured, decision, cliff }: MadeLadder,
  child: Measured,
  { blobs }: Pick<Store, "blobs">,
): Damage | null {
  const parent = parentOf(child, measured);
  if (parent === undefined) return null;
  const judged = (row: Measured): Judged => ({ ...row, answers: answersOf(row, blobs) });
  const settled = { chosen: decision.chosen, scope: cliff.scope };
  return damagesOf(task, dataset, [judged(parent), judged(child)], settled)[0];
}

function parentOf<T extends Measured>(child: T, ladder: readonly T[]): T | undefined {
  const { rung } = child.recipe;
  return child.precision === "fp32"
    ? undefined
    : ladder.find(({ recipe, precision }) => recipe.rung === rung && precision === "fp32");
}

/** Of the rung that was taken its scope; of redact all texts as they are answered, which is at the operating point. */
function thresholdsIn({ kind }: JudgedTask, { recipe }: Measured, { chosen, scope }: Settled): GivenThreshold[] {
  return [
    ...(kind === "redact" ? [{ name: "operating point", at: 0 }] : []),
    ...(scope !== null && recipe.rung === chosen.rung ? [{ name: "in scope", at: scope.threshold }] : []),
  ];
}

function compared(
  task: JudgedTask,
  byId: ReadonlyMap<string, Example>,
  [parent, child]: readonly [Judged, Judged],
  thresholds: readonly GivenThreshold[],
): Damage {
  const before = new Map(parent.answers.map((answer) => [answer.id, answer]));
  const items = child.answers.flatMap((head): NamedItem[] => {
    const base = before.get(head.id);
    const example = byId.get(head.id);
    if (base === undefined || example === undefined || example.target === null) return [];
    const { id, text, target, columns, group } = example;
    return [{ id, text, target, columns, group, base: answerOf(base), head: answerOf(head) }];
  });
  return damageOf(items, task, { parent: sideOf(parent), child: sideOf(child), thresholds });
}

/** Every answer of a row of the ladder, from its blob. */
export function answersOf({ evaluation }: Measured, blobs: Blobs): Judged["answers"] {
  const predictions = readPredictions(blobs.get(evaluation.predictions));
  return Array.from({ length: predictions.n }, (_, row) => {
    const { id, target, label, confidence } = predictionAt(predictions, row);
    return { id, target, label, confidence };
  });
}

function answerOf({ label, confidence }: Judged["answers"][number]): NamedItem["base"] {
  return { label, confidence };
}

function sideOf({ recipe, precision, footprint }: Measured): Damage["parent"] {
  return { name: `${recipe.rung} ${precision}`, bytes: footprint.size_bytes };
}
