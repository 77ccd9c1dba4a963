import type { CheckVerdict } from "../../record/check.ts";
import type { Example } from "../../record/dataset.ts";
import type { Measured } from "../../record/decision.ts";
import type { Task } from "../../record/task.ts";
import { compareQuality, verdictOf } from "../../stages/compare/index.ts";
import type { Store } from "../../store/port.ts";
import { answersOf } from "../provenance.ts";

/**
 * Whether a smaller form is worse than its parent by more than the task's margins in any figure of quality, on the rows that
 * judged both.
 */
export function againstParent(
  store: Store,
  task: Pick<Task, "kind" | "spans" | "margins">,
  examples: readonly Example[],
  parent: Measured,
  child: Measured,
): CheckVerdict {
  const byId = new Map(examples.map((example) => [example.id, example]));
  const before = new Map(
    answersOf(store, parent.evaluation.predictions, byId).map(({ example, answer }) => [example.id, answer]),
  );
  const items = answersOf(store, child.evaluation.predictions, byId).flatMap(({ example, answer }) => {
    const { id, text, target, columns, group } = example;
    const base = before.get(id);
    return base === undefined || target === null ? [] : [{ text, target, columns, group, base, head: answer }];
  });
  return verdictOf(compareQuality(items, task), []);
}
