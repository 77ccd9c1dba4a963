import type { Cliff, CliffSlice } from "../../record/cliff.ts";
import { isKnown } from "../../stats/estimate.ts";
import type { KindName } from "../../record/task.ts";
import { columns, interval, wrap } from "./figures.ts";
import { rightWords } from "./quality-view.ts";
import type { Terminal } from "./terminal.ts";

/** Where the model falls off: the variants that surely cost right answers, worst first; the others in one line. */
export function cliffLines({ on, rows, slices, left, scope }: Cliff, { style }: Terminal, kind: KindName): string[] {
  const costly = slices.filter(costs).sort((a, b) => value(a) - value(b));
  const others = slices.filter((slice) => !costs(slice) && slice.n > 0).map(({ name }) => name);
  const table = columns(
    [["", "slice", "rows", rightWords(kind), "against as written"]].concat(
      costly.map(({ name, n, accuracy, drop }) => ["", name, String(n), interval(accuracy), interval(drop)]),
    ),
  );
  const lines = wrap(`${rightWords(kind)}, on made variants of ${rows} rows (${on})`, 100, "Cliff   ", "        ");
  if (costly.length > 0) lines.push(...table.map((line, i) => `      ${i === 0 ? style("dim", line) : line}`));
  if (others.length > 0) lines.push(...wrap(`no sure drop: ${others.join(", ")}`, 100, "        "));
  if (left.length > 0) {
    lines.push(...wrap(`not made: ${left.map(({ name }) => name).join(", ")} (${left[0].why})`, 100, "        "));
  }
  if (scope !== null) {
    const told = `refused ${interval(scope.refused_outside)} of texts from outside, kept ${interval(scope.kept_inside)} of its own`;
    lines.push(...wrap(told, 100, "Scope   ", "        "));
  }
  return [...lines, ""];
}

function costs({ drop }: CliffSlice): boolean {
  return isKnown(drop) && drop.high < 0;
}

function value({ drop }: CliffSlice): number {
  return isKnown(drop) ? drop.value : 0;
}
