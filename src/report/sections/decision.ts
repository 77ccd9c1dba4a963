import { printBytes } from "../../base/print.ts";
import { printBarLine } from "../../record/task.ts";
import { isKnown } from "../../stats/estimate.ts";
import { counted, facts, figure, folded, milliseconds, printed, table } from "../figures.ts";
import { markup, type Markup } from "../markup.ts";
import type { Reported } from "../../record/reported.ts";
import { figuresOf, headlineOf, headOf, judgedOn, nameOf } from "../words.ts";
import type { Section } from "./section.ts";

/** The decision in one sentence. */
export function sentence(reported: Reported): string {
  const { chosen, made } = reported;
  const { evaluation, recipe, precision } = chosen;
  const headline = headlineOf(reported);
  const p95 = made.footprint.latency_ms.p95;
  const name = `${recipe.rung} at ${precision}`;
  const claim = made.decision.held
    ? `${name} is the smallest measured that holds the bar`
    : `nothing measured holds the bar; ${name} comes nearest`;
  const latency = isKnown(p95) ? `, p95 ${milliseconds(p95.value)} ms` : "";
  const leaking = evaluation.quality["leak_documents"];
  const leaks = leaking === undefined ? "" : `, texts that keep a leak ${printed(leaking)}`;
  return (
    `${claim[0].toUpperCase()}${claim.slice(1)}: ${headline} ${printed(evaluation.quality[headline])}${leaks}, ` +
    `judged ${judgedOn(evaluation.on)}, in ${printBytes(made.footprint.size_bytes)}${latency}.`
  );
}

export function decision(reported: Reported): Section {
  const { made, chosen, test, task } = reported;
  const { held, reasons, testOpenings } = made.decision;
  const word = held ? markup`<span class="held">✓ held</span>` : markup`<span class="missed">✗ not held</span>`;
  const body = markup`<p class="sentence">${sentence(reported)}</p>
${facts([
  ["The bar", word],
  ["Chosen", `${nameOf(chosen)}, seed ${chosen.recipe.seed}`],
  ["Size of the parts", printBytes(made.footprint.size_bytes)],
  ["Latency of one prediction, p95", figure(made.footprint.latency_ms.p95, { unit: "ms" })],
  ["Sealed test", testOpenings === 0 ? "no test part" : `opened for ${counted(testOpenings, "candidate")}`],
])}
${barTable(reported)}
${changedBar(reported)}
<h3>Why</h3>
<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>
${test === null ? null : testTable(reported)}
${task.bar.length === 0 ? markup`<p>The task has no bar: whatever is smallest holds it.</p>` : null}`;
  return { id: "decision", stage: "decide", title: "Decision", body };
}

const marks = { held: "✓ held", missed: "✗ missed", undetermined: "? undetermined" } as const;

function barTable({ chosen }: Reported): Markup | null {
  if (chosen.verdicts.length === 0) return null;
  return table({
    caption: `The bar, line by line, for ${nameOf(chosen)}`,
    head: ["line", "verdict", "figure", "to spare", "rows that would decide it"],
    rows: chosen.verdicts.map(({ line, verdict, figure: found, margin, enough }) => [
      line,
      markup`<span class="${verdict === "held" ? "held" : "missed"}">${marks[verdict]}</span>`,
      found,
      margin === null ? "–" : `${(100 * margin).toFixed(1)} % of the limit`,
      enough === null ? "–" : `about ${counted(enough, "row")}`,
    ]),
  });
}

/** whittle.yaml may have been edited since. */
function changedBar({ task, chosen }: Reported): Markup | null {
  const now = task.bar.map(printBarLine);
  const judged = chosen.verdicts.map((v) => v.line);
  if (now.join("\n") === judged.join("\n")) return null;
  return markup`<p class="missed">The bar in whittle.yaml has been changed since this was made: ${now.join("; ")}. Run whittle make to judge by it.</p>`;
}

function testTable(reported: Reported): Markup | null {
  const { chosen, test } = reported;
  if (test === null) return null;
  const names = figuresOf(reported, [test.quality]);
  return markup`${table({
    caption: `The refit on train and dev, scored once on the sealed test, beside what it was chosen by. Nothing was chosen on the test.${names.some((name) => headOf(name, reported) !== name) ? " ↓: less is better." : ""}`,
    head: ["figure", judgedOn(chosen.evaluation.on), "on the sealed test"],
    rows: names.map((name) => [
      headOf(name, reported),
      figure(chosen.evaluation.quality[name]),
      figure(test.quality[name]),
    ]),
  })}${folded("What the intervals are", markup`<p>95 % intervals; the method of each is its tooltip and stands in docs/statistics.md. Figures out of fold come from models trained on the other folds, so they lean low: the refit has seen more rows.</p>`)}`;
}
