import { kindOf } from "../../kinds/table.ts";
import type { SliceLine } from "../../record/check.ts";
import type { Task } from "../../record/task.ts";
import { undetermined } from "../../stats/estimate.ts";
import { holm } from "../../stats/multiple.ts";
import { discordance } from "../../stats/mcnemar.ts";
import { worseThan } from "../../stats/paired.ts";
import { groupsAt } from "../../stats/units.ts";
import { groupsAmong, type Item, rightOf } from "./item.ts";
import { shareLine } from "./line.ts";
import type { ComparedTask } from "./quality.ts";

/** One side of a 95 % interval. */
const LEVEL = 0.025;

/**
 * The share of right answers of head against base on every slice (of spans: texts wholly right). Broken is held to Holm's level over all slices, so that many slices do not
 * raise the chance of a false alarm; held needs no such care, each slice having to clear its margin by itself. A slice
 * that the bar speaks of and that holds no compared row says so.
 */
export function compareSlices(
  items: readonly Item[],
  task: ComparedTask & { readonly bar?: Task["bar"] },
): SliceLine[] {
  const margin = task.margins.slices;
  const right = { base: rightOf(items, "base", task), head: rightOf(items, "head", task) };
  const groups = groupsAmong(items);
  const slices = kindOf(task.kind).slices(items);
  const pairs = slices.map(({ rows }) => {
    const at = (side: readonly boolean[]): boolean[] => rows.map((i) => side[i]);
    return discordance(at(right.base), at(right.head), groupsAt(groups, rows));
  });
  const adjusted = holm(pairs.map((pair) => worseThan(pair, margin)));
  const lines = slices.map(({ name, rows }, i): SliceLine => {
    const line = shareLine(name, pairs[i], margin);
    const p = adjusted[i];
    if (line.verdict === "held") return { ...line, n: rows.length, p };
    if (p <= LEVEL) return { ...line, n: rows.length, p, verdict: "broken" };
    const reason =
      line.verdict === "broken" ? `${line.reason}, yet among ${slices.length} slices that may be chance` : line.reason;
    return { ...line, n: rows.length, p, verdict: "too small to tell", reason };
  });
  const known = new Set(lines.map((line) => line.name));
  const asked = new Set(
    (task.bar ?? []).flatMap((line) => (line.slice === null || known.has(line.slice) ? [] : [line.slice])),
  );
  return [...lines, ...[...asked].map((name) => undefinedOn(name, margin))];
}

function undefinedOn(name: string, margin: number): SliceLine {
  const reason = "undefined: no compared row is in this slice, which the bar speaks of";
  return {
    name,
    n: 0,
    p: 1,
    verdict: "too small to tell",
    reason,
    change: undetermined(reason, 0),
    margin,
    enough: null,
  };
}
