import type { Damage } from "../record/damage.ts";
import type { Dataset } from "../record/dataset.ts";
import type { Measured } from "../record/decision.ts";
import { predictionAt, readPredictions } from "../record/predictions.ts";
import type { Judged } from "../record/reported.ts";
import type { Task } from "../record/task.ts";
import { damageOf, type NamedItem } from "../stages/compare/index.ts";
import type { Blobs, Store } from "../store/port.ts";

/** Of every smaller form on a ladder, against fp32 of the same rung, on the rows that judged both. */
export function damagesOf(
  task: Pick<Task, "kind" | "spans" | "margins">,
  { examples }: Dataset,
  ladder: readonly Judged[],
): Damage[] {
  const byId = new Map(examples.map((example) => [example.id, example]));
  return ladder.flatMap((child): Damage[] => {
    const parent = ladder.find(({ recipe, precision }) => recipe.rung === child.recipe.rung && precision === "fp32");
    if (parent === undefined || parent === child) return [];
    const before = new Map(parent.answers.map((answer) => [answer.id, answer]));
    const items = child.answers.flatMap((head): NamedItem[] => {
      const base = before.get(head.id);
      const example = byId.get(head.id);
      if (base === undefined || example === undefined || example.target === null) return [];
      const { id, text, target, columns } = example;
      return [{ id, text, target, columns, base: answerOf(base), head: answerOf(head) }];
    });
    return [damageOf(items, task, { parent: sideOf(parent), child: sideOf(child) })];
  });
}

/** The same of what a make has just measured. */
export function damagesOfMade(
  task: Task,
  { dataset, measured }: { readonly dataset: Dataset; readonly measured: readonly Measured[] },
  { blobs }: Pick<Store, "blobs">,
): ReadonlyMap<Measured, Damage> {
  const ladder = measured.map((row) => ({ ...row, answers: answersOf(row, blobs) }));
  const byChild = new Map(damagesOf(task, dataset, ladder).map((damage) => [damage.child.name, damage]));
  return new Map(
    measured.flatMap((row) => {
      const damage = byChild.get(sideOf(row).name);
      return damage === undefined ? [] : [[row, damage] as const];
    }),
  );
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
