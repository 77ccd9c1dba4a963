import { printBytes } from "../../base/print.ts";
import type { Measured } from "../../record/decision.ts";
import { printRecipe } from "../../record/recipe.ts";
import { isKnown } from "../../stats/estimate.ts";
import type { KeptRun } from "../../workbench/history/history.ts";
import { columns, interval, milliseconds } from "./figures.ts";
import { confusionWords, sizeOf } from "./quality-view.ts";
import type { Terminal } from "./terminal.ts";

const SHOWN_SLICES = 8;
const SHOWN_CONFUSIONS = 8;

/** One run of the history, for people: what it is, what it reached, where it is weakest. */
export function printRun(terminal: Terminal, run: KeptRun, { recipe, ...measured }: Measured): void {
  const { style } = terminal;
  const { evaluation, footprint, verdicts, held, precision, seeds = [] } = measured;
  terminal.print(`${style("bold", run.key.slice(0, 16))}  measured ${run.at}`);
  terminal.print(`${printRecipe(recipe)} at ${precision}`);
  terminal.print(held ? style("green", "the bar is held") : style("red", "the bar is not held"));
  for (const { line, verdict, figure, enough } of verdicts) {
    const more = enough === null ? "" : `; ${enough - evaluation.n} more rows would decide it`;
    terminal.print(`  ${verdict === "held" ? "✓" : "✗"} ${line}: ${figure}${more}`);
  }
  terminal.print("");
  terminal.print(`judged on ${evaluation.on}: ${evaluation.n} rows, ${evaluation.unscored} unscored`);
  const figures = Object.entries(evaluation.quality).map(([name, figure]) => [name, interval(figure)]);
  for (const line of columns(figures)) terminal.print(`  ${line}`);
  for (const { seed, value } of seeds) terminal.print(`  seed ${seed}: ${run.metric} ${value.toFixed(3)}`);
  const { p50, p95 } = footprint.latency_ms;
  const memory = footprint.peak_memory_bytes === null ? "unknown" : printBytes(footprint.peak_memory_bytes);
  terminal.print(
    `  p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, ${printBytes(footprint.size_bytes)}, memory ${memory}`,
  );
  terminal.print("");
  const weakest = evaluation.slices
    .flatMap(({ name, n, quality }) => {
      const [[metric, figure]] = Object.entries(quality);
      return isKnown(figure) ? [{ name, n, metric, figure }] : [];
    })
    .sort((a, b) => a.figure.value - b.figure.value)
    .slice(0, SHOWN_SLICES)
    .map(({ name, n, metric, figure }) => [
      name,
      sizeOf({ name, n }, evaluation.kind),
      `${metric} ${interval(figure)}`,
    ]);
  terminal.print("weakest slices");
  for (const line of columns(weakest)) terminal.print(`  ${line}`);
  const confused = evaluation.confusions
    .slice(0, SHOWN_CONFUSIONS)
    .map((pair) => [String(pair.n), confusionWords(pair)]);
  if (confused.length > 0) terminal.print("confused");
  for (const line of columns(confused)) terminal.print(`  ${line}`);
}
